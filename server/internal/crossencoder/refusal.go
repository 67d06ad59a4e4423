package crossencoder

import (
	"errors"
	"math"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/shared/api"
)

// refusal is what the caller is told where the request is at fault, or the
// load; any other error stays as it is.
func refusal(err error) error {
	var full *batch.FullError
	var large *batch.TooLargeError
	switch {
	case errors.Is(err, token.ErrQueryTooLong):
		return &api.Error{Code: api.TooLong, Field: "query", Message: "the query has more tokens than the model can read beside a document"}
	case errors.Is(err, token.ErrStride):
		return &api.Error{Code: api.OutOfRange, Field: "truncation.windows.stride", Message: "truncation.windows.stride is no less than the tokens of a window that fits beside the query"}
	case errors.Is(err, errTooLong):
		return &api.Error{Code: api.TooLong, Field: "documents", Message: "a query and a document together have more tokens than the model reads, and truncation is forbidden"}
	case errors.As(err, &full):
		return &api.Error{Code: api.Overloaded, Message: full.Error(), RetryAfter: int(math.Ceil(full.RetryAfter.Seconds()))}
	case errors.As(err, &large):
		return &api.Error{Code: api.DocumentsTooLarge, Field: "documents", Message: large.Error()}
	case errors.Is(err, batch.ErrClosed):
		return api.NewError(api.ShuttingDown, "this server is shutting down")
	}
	return err
}

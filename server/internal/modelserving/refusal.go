package modelserving

import (
	"errors"
	"math"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/shared/api"
)

// Refusal is what the caller is told where the load of the queue is at fault; any
// other error stays as it is.
func Refusal(err error) error {
	var full *batch.FullError
	var late *batch.LateError
	var large *batch.TooLargeError
	switch {
	case errors.As(err, &full):
		return &api.Error{Code: api.Overloaded, Message: full.Error(), RetryAfter: int(math.Ceil(full.RetryAfter.Seconds()))}
	case errors.As(err, &late):
		return &api.Error{Code: api.Overloaded, Message: late.Error(), RetryAfter: 1}
	case errors.As(err, &large):
		return &api.Error{Code: api.DocumentsTooLarge, Field: "documents", Message: large.Error()}
	case errors.Is(err, batch.ErrClosed):
		return api.NewError(api.ShuttingDown, "this server is shutting down")
	}
	return err
}

package crossencoder

import (
	"errors"

	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/shared/api"
)

// refusal is what the caller is told where the request is at fault, or the
// load; any other error stays as it is.
func refusal(err error) error {
	switch {
	case errors.Is(err, token.ErrQueryTooLong):
		return &api.Error{Code: api.TooLong, Field: "query", Message: "the query has more tokens than the model can read beside a document"}
	case errors.Is(err, token.ErrStride):
		return &api.Error{Code: api.OutOfRange, Field: "truncation.windows.stride", Message: "truncation.windows.stride is no less than the tokens of a window that fits beside the query"}
	case errors.Is(err, errTooLong):
		return &api.Error{Code: api.TooLong, Field: "documents", Message: "a query and a document together have more tokens than the model reads, and truncation is forbidden"}
	}
	return modelserving.Refusal(err)
}

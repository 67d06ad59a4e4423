package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// ErrDeadline says that the time for the origin is over. Origin.Ask returns it,
// and so do reads from the answer's body.
var ErrDeadline = errors.New("the origin did not answer in time")

// Origin is the server that refines answers. It owns time: it knows when the
// request of ctx came in, ends what takes too long, and may ask a second time
// where that helps, but no more often.
type Origin interface {
	// Left is how many milliseconds the origin has, of a deadline for the whole
	// answer, 0 where the caller named none: what is left after the way there
	// and back, and no more than the origin is given at most. 0 or less = asking
	// is no use.
	Left(ctx context.Context, deadlineMS int) int
	// Ask posts a question. The caller closes the answer's body.
	Ask(ctx context.Context, q Question) (*Answer, error)
}

// Question for the origin.
type Question struct {
	// Path is /rerank or /rerank/batch.
	Path string
	// Header to send: request id, trace context, media types.
	Header http.Header
	// Body in JSON.
	Body []byte
	// LeftMS is how long the origin has, in milliseconds. The exchange may
	// take longer by the way there and back.
	LeftMS int
}

// Answer of the origin.
type Answer struct {
	Status int
	Header http.Header
	Body   io.ReadCloser
}

// Cache remembers what the origin said, by keys of any length that hold
// everything that can change it. Forgetting is allowed at any time, failing is
// forgetting.
type Cache interface {
	Get(ctx context.Context, key []byte) (value []byte, ok bool)
	Put(ctx context.Context, key, value []byte)
}

// Limiter says whether a client may ask once more. client is its address.
type Limiter interface {
	Allow(ctx context.Context, client string) bool
}

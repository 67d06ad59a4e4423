package batch

import (
	"errors"
	"fmt"
	"time"
)

// ErrClosed is returned for pairs that come to a closed queue, or that were
// still waiting when Close gave up.
var ErrClosed = errors.New("the queue is closed")

// FullError refuses pairs because too many are waiting: HTTP's 429.
type FullError struct {
	Tokens, Waiting, Limit int // of the request, in the queue, and what it holds
	// RetryAfter is the estimated time until the request would fit, from a
	// second to a minute.
	RetryAfter time.Duration
}

// Error says how full the queue is.
func (e *FullError) Error() string {
	return fmt.Sprintf("the queue is full: %d tokens wait, %d more than %d do not fit", e.Waiting, e.Tokens, e.Limit)
}

// LateError refuses pairs that others wait for and that are not forecast to be scored
// in time.
type LateError struct {
	Forecast, Left time.Duration // until they are scored, and until nobody waits for them
}

// Error says how late they would be.
func (e *LateError) Error() string {
	return fmt.Sprintf("the queue is too long: a result is forecast in %s, and %s are left", e.Forecast.Round(time.Millisecond), e.Left.Round(time.Millisecond))
}

// refused reports whether an error is about how much is to do, not about the pairs.
func refused(err error) bool {
	switch err.(type) {
	case *FullError, *LateError:
		return true
	}
	return false
}

// TooLargeError refuses pairs that would not fit the empty queue either.
type TooLargeError struct {
	Tokens, Limit int
}

// Error names the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the pairs have %d tokens, the queue holds %d", e.Tokens, e.Limit)
}

// RequestError is what a model said about one pair of a request.
type RequestError struct {
	Pair int // its position in the request
	Err  error
}

// Error names the pair.
func (e *RequestError) Error() string { return fmt.Sprintf("scoring pair %d: %v", e.Pair, e.Err) }

// Unwrap returns the model's error.
func (e *RequestError) Unwrap() error { return e.Err }

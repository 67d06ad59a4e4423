package llm

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

// When an endpoint is left alone: after so many failures in a row, for a while.
const (
	mostFailures = 5
	awayTimeout  = 10 * time.Second
	// longestPause is how long a Retry-After keeps everybody away at most.
	longestPause = time.Minute
	// fairTime is how long a call must have had before its lateness is held
	// against the endpoint: callers choose deadlines.
	fairTime = 5 * time.Second
)

// guard keeps calls from an endpoint that cannot serve them.
type guard struct {
	breaker *gobreaker.CircuitBreaker[Reply]
	// until no call is made: the endpoint asked for it. nil = it did not.
	until atomic.Pointer[time.Time]
}

func newGuard(changed func(open bool)) *guard {
	return &guard{breaker: gobreaker.NewCircuitBreaker[Reply](gobreaker.Settings{
		Timeout:     awayTimeout,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= mostFailures },
		IsSuccessful: func(err error) bool {
			var f *Fault
			return err == nil || errors.As(err, &f) && !f.Kind.transient() && f.Kind != Unauthorized
		},
		IsExcluded: func(err error) bool { return errors.Is(err, errShort) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			if changed != nil && (to == gobreaker.StateClosed || from == gobreaker.StateClosed) {
				changed(to != gobreaker.StateClosed)
			}
		},
	})}
}

// errShort is a call that was late within less than fairTime.
var errShort = errors.New("the caller's time was short")

// do a call, unless the endpoint is left alone.
func (g *guard) do(call func() (Reply, error)) (reply Reply, err error) {
	if until := g.until.Load(); until != nil && time.Now().Before(*until) {
		return Reply{}, &Fault{Kind: Overloaded}
	}
	began := time.Now()
	_, refused := g.breaker.Execute(func() (Reply, error) {
		reply, err = call()
		return Reply{}, against(err, time.Since(began))
	})
	var f *Fault
	switch {
	case errors.Is(refused, gobreaker.ErrOpenState), errors.Is(refused, gobreaker.ErrTooManyRequests):
		return Reply{}, &Fault{Kind: OpenCircuit}
	case errors.As(err, &f) && f.RetryAfter > 0:
		g.pause(f.RetryAfter)
	}
	return reply, err
}

// against the endpoint is what counts as its failure.
func against(err error, took time.Duration) error {
	var f *Fault
	switch {
	case !errors.As(err, &f) || f.Kind != Late:
		return err
	case took < fairTime:
		return errShort
	}
	return &Fault{Kind: Unreachable}
}

// away reports that no call is made now.
func (g *guard) away() bool {
	until := g.until.Load()
	return g.breaker.State() == gobreaker.StateOpen || until != nil && time.Now().Before(*until)
}

func (g *guard) pause(d time.Duration) {
	until := time.Now().Add(min(d, longestPause))
	g.until.Store(&until)
}

package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// temporary marks an error that may pass: another try is worth it.
type temporary struct {
	err error
	// after is how long the hub asks to wait. 0 = it does not say.
	after time.Duration
}

// Error is that of the cause.
func (t *temporary) Error() string { return t.err.Error() }

// Unwrap gives the cause and, to the library, the pause that was asked for.
func (t *temporary) Unwrap() []error {
	if t.after == 0 {
		return []error{t.err}
	}
	return []error{t.err, &backoff.RetryAfterError{Duration: t.after}}
}

// retryPolicy is an exponential pause that ends after a number of failures in a row.
// See RATIONALE: why-backoff-and-no-retrying-client.
type retryPolicy struct {
	*backoff.ExponentialBackOff
	tries, left int
}

func (h *Hub) newRetryPolicy() *retryPolicy {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval, pause.Multiplier = h.config.MinWait, h.config.MaxWait, 2
	return &retryPolicy{ExponentialBackOff: pause, tries: h.config.Tries, left: h.config.Tries - 1}
}

// NextBackOff is the pause before another try.
func (p *retryPolicy) NextBackOff() time.Duration {
	if p.left == 0 {
		return backoff.Stop
	}
	p.left--
	return p.ExponentialBackOff.NextBackOff()
}

// gotOn starts counting anew.
func (p *retryPolicy) gotOn() {
	p.left = p.tries - 1
	p.Reset()
}

// retry repeats try while its error is temporary and retryPolicy lasts, and tells
// notify, if there is one, before it waits.
func (h *Hub) retry(ctx context.Context, p *retryPolicy, notify func(string), try func() error) error {
	operation := func() (struct{}, error) { return struct{}{}, h.lasting(try()) }
	tell := func(err error, wait time.Duration) {
		if notify != nil {
			notify(fmt.Sprintf("%v; trying again in %v", err, wait.Round(time.Millisecond)))
		}
	}
	_, err := backoff.Retry(ctx, operation, backoff.WithBackOff(p), backoff.WithNotify(tell), backoff.WithMaxElapsedTime(0))
	return err
}

// lasting tells the library not to repeat what will not pass, or not soon.
func (h *Hub) lasting(err error) error {
	passing, ok := errors.AsType[*temporary](err)
	if !ok {
		return backoff.Permanent(err)
	}
	if passing.after > h.config.MaxWait {
		return backoff.Permanent(fmt.Errorf("%w; it asks to wait %v", passing.err, passing.after))
	}
	return err
}

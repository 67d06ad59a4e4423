package hub

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a body whose every read takes a while.
type slow struct {
	each time.Duration
	left int
}

func (s *slow) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	s.left--
	time.Sleep(s.each) // by the clock of the bubble
	return 1, nil
}

// A slow body is no silent one, however long it takes altogether.
func TestWatchEndsSilenceAndNotSlowness(t *testing.T) {
	cases := map[string]struct {
		each   time.Duration
		silent bool
	}{
		"slow":   {29 * time.Second, false},
		"silent": {31 * time.Second, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				body := watch(&slow{c.each, 100}, 30*time.Second, cancel)
				_, err := io.Copy(io.Discard, body)
				body.stop()
				cause := context.Cause(ctx)
				if err != nil || (cause != nil) != c.silent || errors.Is(cause, context.Canceled) {
					t.Errorf("got %v, cancelled for %v", err, cause)
				}
			})
		})
	}
}

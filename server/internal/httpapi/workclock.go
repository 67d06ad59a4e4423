package httpapi

import (
	"context"
	"time"
)

// workClock bounds the time that the server works for a request whose answer is
// read while it is made: it stands still while the reader is waited for, whose
// time is bounded elsewhere. One goroutine uses it.
type workClock struct {
	ctx   context.Context // done when the time is over
	end   context.CancelCauseFunc
	timer *time.Timer
	left  time.Duration
	since time.Time
	over  bool
}

func (s *Server) newWorkClock(ctx context.Context) *workClock {
	ctx, end := context.WithCancelCause(ctx)
	c := &workClock{ctx: ctx, end: end, left: s.config.RequestTimeout, since: time.Now()}
	c.timer = time.AfterFunc(c.left, func() { end(s.tooLong()) })
	return c
}

func (c *workClock) pause() {
	c.over = c.over || !c.timer.Stop()
	c.left -= time.Since(c.since)
}

func (c *workClock) goOn() {
	if c.since = time.Now(); !c.over {
		c.timer.Reset(c.left)
	}
}

// stop ends the work.
func (c *workClock) stop() {
	c.timer.Stop()
	c.end(nil)
}

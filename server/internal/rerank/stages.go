package rerank

import (
	"cmp"
	"context"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// DefaultLast is how many documents the last model of three stages reads where
// nothing says how many: see RATIONALE: why-ten-for-the-last-model.
const DefaultLast = 10

// staged is a cascade of two models: the first one chooses what the last one reads.
// Nothing in it changes.
type staged struct {
	cascade
	first Served
}

// run lets the first model score, and goes on with the plan that it makes. Where the
// first model cannot take part the last one reads what the words choose.
func (s staged) run(ctx context.Context) (*api.Response, error) {
	first := s.cascade
	first.model = s.first
	if err := first.check(); err != nil {
		return nil, err
	}
	first.show(scored{})
	before := first.firstStage(ctx, s.half())
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	last := s.cascade
	last.Plan = first.Stage(before.scores, before.unread, s.first.calibration(), s.last())
	last.earlier = &before
	return last.run(ctx)
}

// firstStage is what the first model says by a time; zero = it is not bounded. That it
// fails is told, and the words choose then.
func (c cascade) firstStage(ctx context.Context, until time.Time) scored {
	docs, err := c.readable()
	if err != nil {
		return scored{}
	}
	inTime, cancel := withDeadline(ctx, until)
	defer cancel()
	s, err := c.score(inTime, docs, until)
	if err != nil && ctx.Err() == nil && inTime.Err() == nil && err != errDeadline {
		c.failed(err)
	}
	return s
}

// half is when the first model has to have ended: half of the time is the last one's.
func (s staged) half() time.Time {
	deadline := deadlineOf(s.req, s.came)
	if deadline.IsZero() {
		return deadline
	}
	return time.Now().Add(time.Until(deadline) / 2)
}

// last is how many documents the last model reads.
func (s staged) last() int {
	return cmp.Or(s.req.Budget.Documents, s.model.Tuning.Rule.Documents, DefaultLast)
}

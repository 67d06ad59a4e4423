package rerank

import (
	"context"
	"errors"
	"fmt"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/api"
)

// outcome is the answer after the model's part ended with an error.
// See RATIONALE: why-a-full-queue-degrades.
func (c cascade) outcome(ctx context.Context, s scored, err error) (*api.Response, error) {
	var fault *api.Error
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, errDeadline):
		return c.degraded(ctx, s, api.ReasonDeadline, err)
	case errors.As(err, &fault) && fault.Code == api.Overloaded:
		return c.degraded(ctx, s, api.ReasonOverload, err)
	case errors.As(err, &fault):
		return nil, err // what the caller can do something about
	}
	err = fmt.Errorf("asking model %q: %w", c.model.Model.Name(), err)
	if !c.req.Strict {
		c.failed(err)
	}
	return c.degraded(ctx, s, api.ReasonModel, err)
}

// degraded is the answer with what there is, or the error if the request is
// strict.
func (c cascade) degraded(ctx context.Context, s scored, reason string, err error) (*api.Response, error) {
	if c.req.Strict {
		return nil, err
	}
	return c.final(ctx, s, true, reason)
}

// final is the last answer. What the model was not asked about and what was not
// known is trimmed. See RATIONALE: why-only-missing-scores-degrade.
func (c cascade) final(ctx context.Context, s scored, degraded bool, reason string) (*api.Response, error) {
	_, span := tracing.Start(ctx, tracing.Merge)
	r, err := c.response(s)
	span.End()
	if err != nil {
		return nil, err
	}
	r.Degraded, r.Reason = degraded, reason
	r.Usage.Trimmed = len(c.req.Documents) - c.touched(s)
	if reason != api.ReasonOverload { // or they would wait for a server that has too much to do
		c.readAhead(s)
	}
	return r, nil
}

// touched are the documents that a model was asked about, or whose score was known.
func (c cascade) touched(s scored) int {
	if c.earlier == nil {
		return s.known + s.asked
	}
	touched := setOf(c.Kept, len(c.req.Documents))
	for d, score := range c.before().scores {
		touched[d] = touched[d] || score != nil
	}
	n := 0
	for _, is := range touched {
		if is {
			n++
		}
	}
	return n
}

// readAhead hands over what the models left unread, the best first, to be read when
// there is nothing else to do.
func (c cascade) readAhead(s scored) {
	stages := []*scored{&s}
	if c.earlier != nil {
		stages = append(stages, c.earlier)
	}
	for _, stage := range stages {
		if a, ok := stage.pairs.(ReadsAhead); ok {
			if left := c.leftUnread(stage); len(left) > 0 {
				a.ReadAhead(left)
			}
		}
	}
}

// leftUnread are the documents that a model could read and has not.
func (c cascade) leftUnread(s *scored) (left []int) {
	for _, result := range c.Results {
		if d := result.Index; s.scores[d] == nil && c.reads(s.model, d) {
			left = append(left, d)
		}
	}
	return left
}

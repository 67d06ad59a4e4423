package batch

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/server/internal/tracing"
)

// traces are those of the requests of a batch.
type traces struct {
	run    tracing.Shared
	waited []waited // those whose first pairs run
}

type waited struct {
	ctx  context.Context
	came time.Time
}

// add a request, which may run for the first time.
func (t *traces) add(ctx context.Context, came time.Time, first bool) {
	if !tracing.On(ctx) {
		return
	}
	t.run.Add(ctx)
	if first {
		t.waited = append(t.waited, waited{ctx, came})
	}
}

// start notes the wait, and begins the run.
func (t *traces) start(ctx context.Context, r Run, now time.Time) context.Context {
	for _, w := range t.waited {
		tracing.Note(w.ctx, tracing.Queue, w.came, now)
	}
	ctx = t.run.Start(ctx, tracing.ModelRun, now)
	t.run.Int(tracing.Pairs, r.Pairs)
	t.run.Int(tracing.Requests, r.Requests)
	t.run.Int(tracing.Tokens, r.Tokens)
	t.run.Int(tracing.Padded, r.Padded)
	return ctx
}

// end the run.
func (t *traces) end(err error) {
	kind := ""
	if err != nil {
		kind = "model"
	}
	t.run.End(kind)
}

package batch

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/server/internal/tracing/otlp"
	"github.com/splitrank/splitrank/server/internal/tracing/otlp/otlptest"
)

// gated is a model whose first batch waits.
type gated struct {
	fake
	open   chan struct{}
	traces []string // that its batches run in
}

func (g *gated) Score(ctx context.Context, pairs []pair) ([]float32, error) {
	<-g.open
	g.mu.Lock()
	g.traces = append(g.traces, tracing.TraceID(ctx))
	g.mu.Unlock()
	return g.fake.Score(ctx, pairs)
}

// TestTraceOfABatch: requests that share a run each have it in their trace, linked to the
// others; how long they waited is there too, and a request that is not traced is nowhere.
func TestTraceOfABatch(t *testing.T) {
	collector := otlptest.New(t)
	provider, err := otlp.Open(otlp.Options{Endpoint: collector.URL})
	if err != nil {
		t.Fatal(err)
	}
	m := &gated{open: make(chan struct{})}
	var mu sync.Mutex
	var runs []Run
	q, err := New(m, Options{Wait: -1, Hooks: Hooks{Ran: func(r Run) { mu.Lock(); defer mu.Unlock(); runs = append(runs, r) }}})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	traces := make([]string, 3)
	score := func(ctx context.Context, id int) {
		wg.Go(func() {
			if _, err := scoreAll(q, ctx, []pair{{id, 10}}); err != nil {
				t.Error(err)
			}
		})
	}
	score(t.Context(), 0) // runs alone, and keeps the others waiting
	for q.Stats().Running == 0 {
		runtime.Gosched()
	}
	for i := range traces[:2] {
		ctx, span := provider.Begin(t.Context(), nil)
		defer span.End()
		traces[i] = tracing.TraceID(ctx)
		score(ctx, i+1)
	}
	score(t.Context(), 3)
	for q.Stats().Pairs < 3 {
		runtime.Gosched()
	}
	close(m.open)
	wg.Wait()
	if err := provider.Close(); err != nil {
		t.Fatal(err)
	}

	byTrace := map[string][]otlptest.Span{}
	for _, s := range collector.Spans() {
		byTrace[s.Trace] = append(byTrace[s.Trace], s)
	}
	for i, trace := range traces[:2] {
		run, wait := otlptest.Find(t, byTrace[trace], tracing.ModelRun), otlptest.Find(t, byTrace[trace], tracing.Queue)
		if len(run.Links) != 1 || run.Links[0].Trace != traces[1-i] || run.Attributes[tracing.Requests] != "3" || run.Attributes[tracing.Pairs] != "3" || run.Failed {
			t.Errorf("the run in trace %d: %+v", i, run)
		}
		if wait.To != run.From || wait.From > wait.To {
			t.Errorf("waited from %d to %d, ran from %d", wait.From, wait.To, run.From)
		}
	}
	if len(byTrace) != 2 {
		t.Errorf("%d traces", len(byTrace))
	}
	if len(runs) != 2 || runs[0].Trace != "" || runs[1].Trace != traces[0] && runs[1].Trace != traces[1] || m.traces[1] != runs[1].Trace {
		t.Errorf("runs %+v in traces %q", runs, m.traces)
	}
}

// TestTraceOfAFailure: a run that fails is marked, without the error's words.
func TestTraceOfAFailure(t *testing.T) {
	collector := otlptest.New(t)
	provider, err := otlp.Open(otlp.Options{Endpoint: collector.URL})
	if err != nil {
		t.Fatal(err)
	}
	q := queue(t, &fake{fail: func([]pair) ([]float32, error) { return nil, errors.New("secret") }}, Options{})
	ctx, span := provider.Begin(t.Context(), nil)
	if _, err := scoreAll(q, ctx, []pair{{1, 10}}); err == nil {
		t.Error("no error")
	}
	span.End()
	if err := provider.Close(); err != nil {
		t.Fatal(err)
	}
	run := otlptest.Find(t, collector.Spans(), tracing.ModelRun)
	if !run.Failed || run.Attributes["error.type"] != "model" {
		t.Errorf("%+v", run)
	}
}

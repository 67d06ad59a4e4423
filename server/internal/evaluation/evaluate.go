package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/splitrank/splitrank/heuristics"
)

// Options of a measurement. The zero value is the default.
type Options struct {
	// FirstStage says whether pipelines may see the retriever's order.
	FirstStage heuristics.FirstStage
	// Limit takes that many queries, spread evenly. 0 = all.
	Limit int
	// Workers run queries side by side. 0 = one per CPU. Latencies are per
	// query: with more workers than idle CPUs they measure the waiting too.
	Workers int
	// Alone measures that many queries, spread evenly, once more and one at a time, for
	// latencies and processor time. 0 = none: latencies are then those among others.
	Alone int
	// Progress, if set, is called after every query, by one goroutine at a time.
	Progress func(done, total int)
}

// sample is what one pipeline did with one query.
type sample struct {
	values     []float64 // as eval.Measures
	kept       int
	recalled   int // relevant candidates that survive the trim
	wanted     int // relevant candidates
	best       float64
	ideal      float64 // NaN where it is not known
	similarity float64 // NaN where it is not asked for
	scored     int
	asked, usd float64 // NaN where no large language model was, or nobody knows
	millis     float64
	order      []int // of the query's candidates
}

// measurement is one Evaluate in progress.
type measurement struct {
	collection *Collection
	queries    []Query
	pipelines  []Pipeline
	options    Options
	samples    [][]sample // query, pipeline
	next       atomic.Int64
	done       func()
}

// Evaluate measures every pipeline on every query of a collection. It stops at
// the first error and when ctx ends.
func Evaluate(ctx context.Context, c *Collection, pipelines []Pipeline, o Options) (*Report, error) {
	queries := Spread(c.Queries, o.Limit)
	m := &measurement{
		collection: c, queries: queries, pipelines: pipelines, options: o,
		samples: make([][]sample, len(queries)), done: counter(len(queries), o.Progress),
	}
	if err := m.run(ctx); err != nil {
		return nil, fmt.Errorf("measuring %s: %w", c.Title(), err)
	}
	r, err := newReport(c, queries, pipelines, m.samples, o)
	if err != nil {
		return nil, err
	}
	return r, r.measureAlone(ctx, pipelines, o)
}

// run keeps the workers busy until all queries are done or one fails.
func (m *measurement) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	for range min(cmp.Or(m.options.Workers, runtime.GOMAXPROCS(0)), len(m.queries)) {
		group.Go(func() {
			if err := m.work(ctx); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// work takes one query after the other until none is left.
func (m *measurement) work(ctx context.Context) error {
	b := newRunner(m.collection, m.pipelines, m.options)
	for ctx.Err() == nil {
		i := int(m.next.Add(1)) - 1
		if i >= len(m.queries) {
			return nil
		}
		samples, err := b.measure(ctx, m.queries[i])
		if err != nil {
			return fmt.Errorf("ordering query %q: %w", m.queries[i].ID, err)
		}
		m.samples[i] = samples
		m.done()
	}
	return nil
}

// counter calls progress with a growing count, one call at a time.
func counter(total int, progress func(done, total int)) func() {
	var mu sync.Mutex
	done := 0
	return func() {
		if progress == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		done++
		progress(done, total)
	}
}

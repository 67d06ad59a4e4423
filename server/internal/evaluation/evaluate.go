package evaluation

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/eval"
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
	// Progress, if set, is called after every query, by one goroutine at a time.
	Progress func(done, total int)
}

// sample is what one pipeline did with one query.
type sample struct {
	values  []float64 // as eval.Measures
	kept    int
	rescued int // relevant candidates that survive the trim
	wanted  int // relevant candidates
	best    float64
	scored  int
	millis  float64
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
	queries := spread(c.Queries, o.Limit)
	m := &measurement{
		collection: c, queries: queries, pipelines: pipelines, options: o,
		samples: make([][]sample, len(queries)), done: counter(len(queries), o.Progress),
	}
	if err := m.run(ctx); err != nil {
		return nil, fmt.Errorf("measuring %s: %w", c.Title(), err)
	}
	return newReport(c, pipelines, m.samples, o)
}

// run keeps the workers busy until all queries are done or one fails.
func (m *measurement) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	for range min(defaulted(m.options.Workers, runtime.GOMAXPROCS(0)), len(m.queries)) {
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
	orderers := newOrderers(m.pipelines)
	for ctx.Err() == nil {
		i := int(m.next.Add(1)) - 1
		if i >= len(m.queries) {
			return nil
		}
		samples, err := measureAll(ctx, m.queries[i], m.collection.MinGrade, orderers, m.options.FirstStage)
		if err != nil {
			return fmt.Errorf("ordering query %q: %w", m.queries[i].ID, err)
		}
		m.samples[i] = samples
		m.done()
	}
	return nil
}

func newOrderers(pipelines []Pipeline) []Orderer {
	orderers := make([]Orderer, len(pipelines))
	for i, p := range pipelines {
		orderers[i] = p.New()
	}
	return orderers
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

func measureAll(ctx context.Context, q Query, minGrade int, orderers []Orderer, first heuristics.FirstStage) ([]sample, error) {
	if len(q.Candidates) == 0 {
		return nothing(len(orderers)), nil
	}
	t, seen := task(q, first)
	samples := make([]sample, len(orderers))
	for i, orderer := range orderers {
		start := time.Now()
		outcome, err := orderer.Order(ctx, t)
		took := time.Since(start)
		if err == nil {
			err = checkOrder(outcome.Order, len(seen))
		}
		if err != nil {
			return nil, err
		}
		samples[i] = q.judge(outcome, seen, minGrade)
		samples[i].millis = float64(took) / float64(time.Millisecond)
	}
	return samples, nil
}

// nothing is what any pipeline makes of no candidates.
func nothing(pipelines int) []sample {
	samples := make([]sample, pipelines)
	for i := range samples {
		samples[i].values = make([]float64, len(eval.Measures()))
	}
	return samples
}

// checkOrder refuses positions that are out of range or named twice: they
// would count a document twice and flatter the measures.
func checkOrder(order []int, n int) error {
	used := make([]bool, n)
	for _, position := range order {
		if position < 0 || position >= n || used[position] {
			return errors.New("a pipeline answered with a position that is out of range or repeated")
		}
		used[position] = true
	}
	return nil
}

// judge measures an outcome whose positions stand for seen's candidates.
func (q Query) judge(o Outcome, seen []int, minGrade int) sample {
	ids := make([]string, len(o.Order))
	for i, position := range o.Order {
		ids[i] = q.Candidates[seen[position]].ID
	}
	ranked := eval.Judge(ids, q.Grades, minGrade)
	s := sample{kept: len(ids), scored: o.Scored, best: ranked.Best().NDCG(10)}
	for _, m := range eval.Measures() {
		s.values = append(s.values, m.Of(ranked))
	}
	s.rescued = ranked.Relevant(len(ids))
	for _, candidate := range q.Candidates {
		if q.Grades[candidate.ID] >= minGrade {
			s.wanted++
		}
	}
	return s
}

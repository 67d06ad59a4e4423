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

// Evaluate measures every pipeline on every query of a collection.
func Evaluate(ctx context.Context, c *Collection, pipelines []Pipeline, o Options) (*Report, error) {
	queries := spread(c.Queries, o.Limit)
	samples := make([][]sample, len(queries)) // query, pipeline
	workers := min(defaulted(o.Workers, runtime.GOMAXPROCS(0)), len(queries))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	var next atomic.Int64
	var group sync.WaitGroup
	done := counter(len(queries), o.Progress)
	for range workers {
		group.Go(func() {
			orderers := newOrderers(pipelines)
			for i := int(next.Add(1)) - 1; i < len(queries) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				var err error
				if samples[i], err = measureAll(ctx, queries[i], c.MinGrade, orderers, o.FirstStage); err != nil {
					cancel(fmt.Errorf("measuring query %q of %s: %w", queries[i].ID, c.Title(), err))
					return
				}
				done()
			}
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return newReport(c, pipelines, samples, o)
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

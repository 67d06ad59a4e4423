package evaluation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/splitrank/splitrank/shared/eval"
)

// measureAlone asks some queries once more, one pipeline and one query at a time, so
// that times are those of a request that has the machine to itself, and processor time
// can be told apart. Each pipeline is asked one query beforehand that does not count.
func (r *Report) measureAlone(ctx context.Context, pipelines []Pipeline, o Options) error {
	queries := slices.DeleteFunc(slices.Clone(Spread(r.queries, o.Alone)), func(q Query) bool { return len(q.Candidates) == 0 })
	if o.Alone == 0 || len(queries) == 0 {
		return nil
	}
	for i, p := range pipelines {
		if err := r.Pipelines[i].measureAlone(ctx, p, queries, o); err != nil {
			return fmt.Errorf("measuring %s alone: %w", p.Name, err)
		}
	}
	return nil
}

func (p *PipelineReport) measureAlone(ctx context.Context, pipeline Pipeline, queries []Query, o Options) error {
	orderer := pipeline.New()
	var millis []float64
	var began time.Duration
	for i, q := range append([]Query{queries[0]}, queries...) {
		if i == 1 {
			began = processorTime()
		}
		t, _ := task(q, o.FirstStage)
		start := time.Now()
		if _, err := orderer.Order(ctx, t); err != nil {
			return err
		}
		if i > 0 {
			millis = append(millis, float64(time.Since(start))/float64(time.Millisecond))
		}
	}
	if used := processorTime() - began; used > 0 {
		cpu := used.Seconds() * 1000 / float64(len(queries))
		p.CPU = &cpu
	}
	slices.Sort(millis)
	p.millis = millis
	p.Latency = Latency{P50: eval.Percentile(millis, 0.5), P95: eval.Percentile(millis, 0.95), Alone: len(millis)}
	return nil
}

package evaluation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/eval"
)

// orderFunc is a pipeline for tests.
type orderFunc func(context.Context, Task) (Outcome, error)

func (f orderFunc) Order(ctx context.Context, t Task) (Outcome, error) { return f(ctx, t) }

func pipelineOf(name string, f orderFunc) Pipeline {
	return Pipeline{Name: name, New: func() Orderer { return f }}
}

// collection of n queries whose only relevant document is the third of four.
func collection(n int) *Collection {
	c := &Collection{Name: "c", Run: "r", MinGrade: 1, Depth: 100}
	for i := range n {
		c.Queries = append(c.Queries, Query{
			ID: fmt.Sprint("q", i), Text: "text 2", Candidates: passages(4), Grades: eval.Grades{"d2": 1, "d9": 1},
		})
	}
	return c
}

func mustParse(t *testing.T, names ...string) []Pipeline {
	t.Helper()
	pipelines, err := ParsePipelines(names, all.Stemmers(), nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pipelines
}

// reversed keeps the last three candidates, last first.
func reversed(_ context.Context, t Task) (Outcome, error) {
	order := slices.Clone(t.Retrieved[1:])
	slices.Reverse(order)
	return Outcome{Order: order, Scored: 2}, nil
}

func TestEvaluate(t *testing.T) {
	pipelines := append(mustParse(t, "first-stage", "retriever@2"), pipelineOf("reversed", reversed))
	for _, first := range []heuristics.FirstStage{heuristics.Given, heuristics.Hidden} {
		t.Run(firstStageName(first), func(t *testing.T) {
			r, err := Evaluate(context.Background(), collection(3), pipelines, Options{FirstStage: first})
			if err != nil {
				t.Fatal(err)
			}
			checkEvaluation(t, r)
		})
	}
}

// checkEvaluation knows the figures by hand: the relevant document is in third
// place of the first stage and in second place reversed, another was not found.
func checkEvaluation(t *testing.T, r *Report) {
	t.Helper()
	approximately := cmpopts.EquateApprox(0, 1e-6)
	ideal := 1 + 0.6309298
	want := []map[string]float64{
		{"ndcg@10": 0.5 / ideal, "ndcg@5": 0.5 / ideal, "mrr@10": 1. / 3, "map": 1. / 6, "p@5": 0.2, "recall@5": 0.5, "recall@10": 0.5},
		{"ndcg@10": 0, "ndcg@5": 0, "mrr@10": 0, "map": 0, "p@5": 0, "recall@5": 0, "recall@10": 0},
		{"ndcg@10": 0.6309298 / ideal, "ndcg@5": 0.6309298 / ideal, "mrr@10": 0.5, "map": 0.25, "p@5": 0.2, "recall@5": 0.5, "recall@10": 0.5},
	}
	kept := []Kept{{Recall: 1, Mean: 4, Best: 1 / ideal}, {Recall: 0, Mean: 2}, {Recall: 1, Mean: 3, Best: 1 / ideal}}
	for i, p := range r.Pipelines {
		if diff := cmp.Diff(want[i], p.Metrics, approximately); diff != "" {
			t.Errorf("%s: %s", p.Name, diff)
		}
		if diff := cmp.Diff(kept[i], p.Kept, approximately); diff != "" {
			t.Errorf("%s: %s", p.Name, diff)
		}
	}
	if r.Pipelines[0].Delta != nil || r.Pipelines[0].Scored != 0 || r.Pipelines[2].Scored != 2 {
		t.Errorf("delta %v of the first, scored %v and %v", r.Pipelines[0].Delta, r.Pipelines[0].Scored, r.Pipelines[2].Scored)
	}
	change := (0.6309298 - 0.5) / ideal
	relative := change * ideal / 0.5
	delta := eval.Difference{Mean: change, Low: change, High: change, Relative: &relative}
	if diff := cmp.Diff(delta, r.Pipelines[2].Delta["ndcg@10"], approximately); diff != "" {
		t.Error(diff)
	}
	if p := r.Pipelines[2].Latency; p.P50 <= 0 || p.P95 < p.P50 {
		t.Errorf("latency %+v", p)
	}
}

func TestEvaluateTakesTheSameQueriesWithAnyWorkers(t *testing.T) {
	var calls [2]atomic.Int64
	var reports []*Report
	for i, workers := range []int{1, 7} {
		count := pipelineOf("count", func(_ context.Context, t Task) (Outcome, error) {
			calls[i].Add(1)
			return Outcome{Order: t.Retrieved}, nil
		})
		r, err := Evaluate(context.Background(), collection(25), []Pipeline{count, pipelineOf("reversed", reversed)}, Options{Workers: workers, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	if calls[0].Load() != 10 || calls[1].Load() != 10 || reports[0].Queries != 10 {
		t.Errorf("%d and %d calls for %d queries, want 10 each", calls[0].Load(), calls[1].Load(), reports[0].Queries)
	}
	ignore := cmp.Options{cmpopts.IgnoreTypes(Latency{}), cmpopts.IgnoreUnexported(PipelineReport{}, Report{})}
	if diff := cmp.Diff(reports[0], reports[1], ignore); diff != "" {
		t.Error(diff)
	}
}

func TestEvaluateRefusesABrokenOrder(t *testing.T) {
	for name, order := range map[string][]int{"repeated": {1, 1}, "negative": {-1}, "beyond": {4}} {
		t.Run(name, func(t *testing.T) {
			broken := pipelineOf("broken", func(context.Context, Task) (Outcome, error) { return Outcome{Order: order}, nil })
			_, err := Evaluate(context.Background(), collection(1), []Pipeline{broken}, Options{})
			wantError(t, err, `"q0"|position`)
		})
	}
}

func TestEvaluateStopsAtTheFirstError(t *testing.T) {
	boom := errors.New("boom")
	var calls atomic.Int64
	failing := pipelineOf("failing", func(context.Context, Task) (Outcome, error) {
		calls.Add(1)
		return Outcome{}, boom
	})
	_, err := Evaluate(context.Background(), collection(100), []Pipeline{failing}, Options{Workers: 3})
	wantError(t, err, `c r|"q|boom`)
	if !errors.Is(err, boom) || calls.Load() > 3 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}

func TestEvaluateStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var calls atomic.Int64
	once := pipelineOf("once", func(_ context.Context, t Task) (Outcome, error) {
		calls.Add(1)
		cancel()
		return Outcome{Order: t.Retrieved}, nil
	})
	_, err := Evaluate(ctx, collection(100), []Pipeline{once}, Options{Workers: 1})
	if !errors.Is(err, context.Canceled) || calls.Load() != 1 {
		t.Errorf("%v after %d calls, want cancelled after 1", err, calls.Load())
	}
}

func TestProgressCountsEveryQuery(t *testing.T) {
	var seen []int
	_, err := Evaluate(context.Background(), collection(5), mustParse(t, "first-stage"), Options{
		Workers: 3, Progress: func(done, total int) { seen = append(seen, done*10+total) },
	})
	if diff := cmp.Diff([]int{15, 25, 35, 45, 55}, seen); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestSummarizeWeighsCollectionsAlike(t *testing.T) {
	pipelines := append(mustParse(t, "retriever@2"), pipelineOf("reversed", reversed))
	small, large := collection(1), collection(9)
	for i := range large.Queries {
		large.Queries[i].Grades = eval.Grades{"d0": 1} // first for the retriever, trimmed by reversed
	}
	var reports []*Report
	for _, c := range []*Collection{small, large} {
		r, err := Evaluate(context.Background(), c, pipelines, Options{})
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	s, err := Summarize(reports)
	if err != nil {
		t.Fatal(err)
	}
	before, after := (0+1.)/2, (0.5+0)/2
	d := s.Mean[1].Delta["mrr@10"]
	if s.Mean[0].Metrics["mrr@10"] != before || s.Mean[1].Metrics["mrr@10"] != after || d.Mean != after-before || s.Mean[1].Kept.Recall != 0.5 {
		t.Errorf("mean %+v then %+v, want mrr@10 %v then %v", s.Mean[0], s.Mean[1], before, after)
	}
}

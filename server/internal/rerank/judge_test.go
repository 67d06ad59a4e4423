package rerank

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// fakeJudge grades the first n results, the last of them best.
type fakeJudge struct {
	n       int
	verdict Verdict
	stall   bool
	seen    []api.Result
	check   error
}

func (j *fakeJudge) Check(*api.Request) error { return j.check }

func (j *fakeJudge) Judge(ctx context.Context, _ *api.Request, results []api.Result) Verdict {
	j.seen = slices.Clone(results)
	v := j.verdict
	if j.stall {
		<-ctx.Done()
		v.Reason, v.Err = api.ReasonDeadline, errors.New("late")
		return v
	}
	for i, r := range results[:min(j.n, len(results))] {
		v.Grades = append(v.Grades, answer.Grade{Document: r.Index, Grade: float64(min(i, 7)), Why: "because"})
	}
	v.Trust = 1
	return v
}

func judgedBy(t *testing.T, j *fakeJudge, m *fakeModel) *Engine {
	t.Helper()
	c := Config{Planner: answer.NewPlanner(nil), Judge: j}
	if m != nil {
		c.Models = []Served{{Names: []string{"fake"}, Model: m.start(t)}}
	}
	return engine(t, c)
}

func llmRequest(n int) *api.Request {
	req := breads(n)
	req.Pipeline = api.LLM
	return req
}

func TestJudged(t *testing.T) {
	for _, c := range []struct {
		name  string
		model *fakeModel
		by    string
	}{{"after a model", &fakeModel{}, string(api.CrossEncoder)}, {"without a model", nil, string(api.Heuristic)}} {
		t.Run(c.name, func(t *testing.T) {
			j := &fakeJudge{n: 4}
			req := llmRequest(12)
			req.TopK, req.Explain = 6, true
			r, err := judgedBy(t, j, c.model).Rerank(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			if len(j.seen) != 12 || j.seen[0].ScoredBy != c.by {
				t.Fatalf("the judge saw %d results, the first by %q", len(j.seen), j.seen[0].ScoredBy)
			}
			if len(r.Results) != 6 || r.Results[0].Index != j.seen[3].Index || r.Results[0].ScoredBy != "llm" || r.Results[0].Rank != 1 {
				t.Errorf("results %+v", r.Results)
			}
			if r.Results[0].Explanation.LLM.Grade != 3 || r.Usage.LLM == nil || r.Degraded {
				t.Errorf("answer %+v", r)
			}
			if last := r.Results[4]; last.ScoredBy != c.by || last.Index != j.seen[4].Index {
				t.Errorf("after the graded comes %+v", last)
			}
		})
	}
}

// TestJudgeFails: the cascade's answer stands, with the reason; strictly it is an
// error.
func TestJudgeFails(t *testing.T) {
	for _, reason := range []string{api.ReasonModel, api.ReasonOverload, api.ReasonBudget, api.ReasonDeadline} {
		j := &fakeJudge{verdict: Verdict{Reason: reason, Err: errors.New("no")}}
		plain := breads(12)
		plain.Pipeline = api.Cascade
		e := judgedBy(t, j, &fakeModel{})
		want, err := e.Rerank(t.Context(), plain)
		if err != nil {
			t.Fatal(err)
		}
		r, err := e.Rerank(t.Context(), llmRequest(12))
		if err != nil || !r.Degraded || r.Reason != reason {
			t.Fatalf("%v, %+v", err, r)
		}
		for i := range r.Results {
			if r.Results[i].Index != want.Results[i].Index || r.Results[i].RelevanceScore != want.Results[i].RelevanceScore {
				t.Errorf("%s: place %d has %+v, the cascade %+v", reason, i, r.Results[i], want.Results[i])
			}
		}
		strict := llmRequest(12)
		strict.Strict = true
		if _, err := e.Rerank(t.Context(), strict); err == nil {
			t.Errorf("%s: no error for a strict request", reason)
		}
	}
}

// TestJudgeDeadline: half of the time is the cascade's, and the answer is in time.
func TestJudgeDeadline(t *testing.T) {
	req := llmRequest(12)
	req.Budget.DeadlineMS = 200
	began := time.Now()
	r, err := judgedBy(t, &fakeJudge{stall: true}, &fakeModel{}).Rerank(t.Context(), req)
	if err != nil || r.Reason != api.ReasonDeadline || r.Usage.Scored == 0 {
		t.Fatalf("%v, %+v", err, r)
	}
	if took := time.Since(began); took < 150*time.Millisecond {
		t.Errorf("took %s: the judge was not given its time", took)
	}
}

func TestNoJudge(t *testing.T) {
	_, err := engine(t, Config{Planner: answer.NewPlanner(nil)}).Rerank(t.Context(), llmRequest(3))
	var fault *api.Error
	if !errors.As(err, &fault) || fault.Code != api.NoModel || fault.Field != "pipeline" {
		t.Errorf("got %v", err)
	}
	bad := &api.Error{Code: api.OutOfRange, Field: "llm.top_n"}
	if _, err := judgedBy(t, &fakeJudge{check: bad}, nil).Rerank(t.Context(), llmRequest(3)); !errors.Is(err, bad) {
		t.Errorf("got %v", err)
	}
}

// TestJudgedDiversity: every document once, and near-duplicates apart, whoever
// scored.
func TestJudgedDiversity(t *testing.T) {
	req := llmRequest(8)
	for i := range 4 {
		req.Documents[i].Text = "bread is baked in an oven with stones"
	}
	req.Diversity = 0.9
	j := &fakeJudge{n: 8}
	r, err := judgedBy(t, j, &fakeModel{}).Rerank(t.Context(), req)
	if err != nil || len(r.Results) != 8 {
		t.Fatalf("%v, %+v", err, r)
	}
}

// TestJudgedWatch: who watches sees the heuristics and the cascade first, cut to
// what was asked for.
func TestJudgedWatch(t *testing.T) {
	req := llmRequest(12)
	req.TopK = 3
	var seen []*api.Response
	r, err := judgedBy(t, &fakeJudge{n: 4}, &fakeModel{}).Watch(t.Context(), req, func(r *api.Response) { seen = append(seen, r) })
	if err != nil || len(seen) < 2 {
		t.Fatalf("%v, %d seen", err, len(seen))
	}
	for _, s := range append(seen, r) {
		if len(s.Results) != 3 {
			t.Errorf("%d results", len(s.Results))
		}
	}
}

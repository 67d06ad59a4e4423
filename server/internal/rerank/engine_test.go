package rerank

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// engine with these heuristics, those without stemmers if there are none.
func engine(t *testing.T, c Config) *Engine {
	t.Helper()
	if c.Planner == nil {
		c.Planner = answer.NewPlanner(nil)
	}
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func request(texts ...string) *api.Request {
	r := &api.Request{Query: "q"}
	for _, text := range texts {
		r.Documents = append(r.Documents, api.Document{Text: text})
	}
	return r
}

func TestRerank(t *testing.T) {
	req := request("the river", "bread and ovens", "bread")
	req.Query, req.TopK, req.ReturnDocuments = "bread", 2, true
	req.Documents[2].ID = api.ID{Text: "x"}
	got, err := engine(t, Config{}).Rerank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	best, second := got.Results[0].HeuristicScore, got.Results[1].HeuristicScore
	want := &api.Response{
		Results: []api.Result{
			{Index: 2, Rank: 1, ID: api.ID{Text: "x"}, RelevanceScore: best, HeuristicScore: best, ScoredBy: "heuristic", Document: &req.Documents[2]},
			{Index: 1, Rank: 2, RelevanceScore: second, HeuristicScore: second, ScoredBy: "heuristic", Document: &req.Documents[1]},
		},
		Model: "none", Scorer: heuristics.VersionWith(nil), Language: "en", Usage: api.Usage{Documents: 3},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(api.Response{}, "Timings")); diff != "" || best <= second {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTopKBeyondTheEnd(t *testing.T) {
	req := request("a", "b")
	req.TopK = 9
	got, err := engine(t, Config{}).Rerank(t.Context(), req)
	if err != nil || len(got.Results) != 2 {
		t.Errorf("%d results and error %v, want 2", len(got.Results), err)
	}
}

func TestPipelines(t *testing.T) {
	tests := []struct {
		name     string
		model    bool
		pipeline api.Pipeline
		by       string // model
		scored   int    // of two documents, with a budget of one
		field    string // of the error
	}{
		{"default without a model", false, "", "", 0, ""},
		{"default with a model", true, "", "", 1, ""},
		{"heuristic", true, api.Heuristic, "", 0, ""},
		{"cascade", true, api.Cascade, "", 1, ""},
		{"cross-encoder without a model", false, api.CrossEncoder, "", 0, "pipeline"},
		{"cascade without a model", false, api.Cascade, "", 0, "pipeline"},
		{"model by name without a model", false, "", "m", 0, "model"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Config
			if tt.model {
				c.Models = []Served{{Names: []string{"fake"}, Model: (&fakeModel{}).start(t)}}
			}
			req := request("a", "b")
			req.Pipeline, req.Model, req.Budget.Documents = tt.pipeline, tt.by, 1
			got, err := engine(t, c).Rerank(t.Context(), req)
			if tt.field == "" {
				if err != nil || got.Usage.Scored != tt.scored {
					t.Errorf("answer %+v, error %v, want %d scored", got, err, tt.scored)
				}
				return
			}
			var e *api.Error
			if !errors.As(err, &e) || e.Code != api.NoModel || e.Field != tt.field {
				t.Errorf("error %v, want %s at %s", err, api.NoModel, tt.field)
			}
		})
	}
}

// TestUnknownPipeline: the message names all that are served.
func TestUnknownPipeline(t *testing.T) {
	req := request("a")
	req.Pipeline = "best"
	_, err := engine(t, Config{}).Rerank(t.Context(), req)
	want := `pipeline "best" is not served: use "cascade", "cross-encoder", "heuristic" or "llm"`
	var e *api.Error
	if !errors.As(err, &e) || e.Code != api.UnknownPipeline || e.Message != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestBrokenModel: what no answer may hold is an internal error.
func TestBrokenModel(t *testing.T) {
	m := &fakeModel{logits: map[int]float64{0: math.NaN()}}
	_, err := cascadeOf(t, m, nil).Rerank(t.Context(), request("a", "b"))
	if err == nil || !strings.Contains(err.Error(), "score NaN") {
		t.Errorf("error %v, want one with the score", err)
	}
}

// occupied has one worker, busy until release is called.
func occupied(t *testing.T) (e *Engine, release func()) {
	e = engine(t, Config{Workers: 1})
	if err := e.workers.Acquire(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return e, func() { e.workers.Release(1) }
}

func TestQueue(t *testing.T) {
	e, release := occupied(t)
	cause := errors.New("no longer wanted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if _, err := e.Rerank(ctx, request("a")); !errors.Is(err, cause) {
		t.Errorf("cancelled in the queue: error %v, want its cause", err)
	}
	ctx, stop := context.WithTimeoutCause(t.Context(), time.Millisecond, cause)
	defer stop()
	if _, err := e.Rerank(ctx, request("a")); !errors.Is(err, cause) {
		t.Errorf("timed out in the queue: error %v, want its cause", err)
	}
	release()
	if _, err := e.Rerank(t.Context(), request("a")); err != nil {
		t.Errorf("the worker is free again: %v", err)
	}
}

func TestStrictDeadline(t *testing.T) {
	e, release := occupied(t)
	req := request("a")
	req.Strict, req.Budget.DeadlineMS = true, 1
	_, err := e.Rerank(t.Context(), req)
	var fault *api.Error
	if !errors.As(err, &fault) || fault.Code != api.DeadlineExceeded || fault.Status() != 504 {
		t.Errorf("error %v, want %s", err, api.DeadlineExceeded)
	}
	release()
}

// TestDeadlineOfASlowModel: a strict request fails when its time is over, another
// is answered late.
func TestDeadlineOfASlowModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := cascadeOf(t, &fakeModel{speed: time.Second}, nil)
		for _, strict := range []bool{true, false} {
			req := request("a", "b")
			req.Strict, req.Budget.DeadlineMS = strict, 1
			if _, err := e.Rerank(t.Context(), req); (err != nil) != strict {
				t.Errorf("strict %v: error %v", strict, err)
			}
		}
	})
}

func TestNewRefusesNegativeWorkers(t *testing.T) {
	_, err := New(Config{Planner: answer.NewPlanner(nil), Workers: -1})
	if err == nil || err.Error() != "workers is negative" {
		t.Errorf("error %v", err)
	}
}

// TestHeuristic: what a ranking becomes, whatever its order.
func TestHeuristic(t *testing.T) {
	e := engine(t, Config{})
	req := request("the sky is blue", "a cross-encoder reads query and document together", "")
	req.Query, req.Explain = "cross-encoder", true
	got, err := e.Rerank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if got.Scorer != heuristics.VersionWith(nil) || len(got.Results) != 3 {
		t.Errorf("scorer %q and %d results", got.Scorer, len(got.Results))
	}
	for i, r := range got.Results {
		if r.ScoredBy != "heuristic" || r.HeuristicScore != r.RelevanceScore || r.Explanation == nil || r.Matches == nil {
			t.Errorf("result %d: %+v", i, r)
		}
		checkLedger(t, r)
	}
}

func checkLedger(t *testing.T, r api.Result) {
	t.Helper()
	var sum heuristics.Score
	for _, p := range r.Explanation.Parts {
		sum += p.Contribution
	}
	if sum.Float() != r.HeuristicScore {
		t.Errorf("document %d: contributions sum to %v, score is %v", r.Index, sum.Float(), r.HeuristicScore)
	}
}

func TestHeuristicLanguages(t *testing.T) {
	e := engine(t, Config{Planner: answer.NewPlanner(all.Stemmers())})
	tests := []struct {
		language string
		stemmed  bool
		message  string // of the error
	}{
		{"", true, ""}, {"auto", true, ""}, {"en", true, ""}, {"he", false, ""}, {"und", false, ""},
		{"xx", false, `language "xx" is unknown; use "auto", or "und" for a language without rules of its own`},
	}
	for _, tt := range tests {
		t.Run(tt.language, func(t *testing.T) {
			req := request("a", "b")
			req.Query, req.Language = "what are the encoders of the query?", tt.language
			j, err := e.Rerank(t.Context(), req)
			if tt.message == "" {
				if err != nil || j.Stemmed != tt.stemmed {
					t.Errorf("stemmed %v as %q, error %v", j.Stemmed, j.Language, err)
				}
				return
			}
			var fault *api.Error
			if !errors.As(err, &fault) || fault.Code != api.UnknownLanguage || fault.Field != "language" || fault.Message != tt.message {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestHeuristicReuse: what one call returned is not overwritten by the next.
func TestHeuristicReuse(t *testing.T) {
	e := engine(t, Config{})
	req := request("a b c d cross encoder", "cross-encoder", "encoder of a cross")
	req.Query, req.Explain = "cross encoder", true
	first := answered(t, e, req)
	kept := written(first)
	other := request("zebra", "zebra zebra cross", "x", "y")
	other.Query, other.Explain = "zebra", true
	answered(t, e, other)
	if again := written(first); !strings.Contains(kept, `"contribution":`) || again != kept {
		t.Errorf("overwritten:\n%s\n%s", kept, again)
	}
}

func written(r *api.Response) string {
	return string(api.AppendResponse(nil, &api.Response{Results: r.Results}))
}

func TestHeuristicConcurrently(t *testing.T) {
	e := engine(t, Config{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				r, err := e.Rerank(context.Background(), request("a q b", "c", "q q"))
				if err != nil || len(r.Results) != 3 {
					t.Errorf("%+v, error %v", r, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestHeuristicCancelled(t *testing.T) {
	cause := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if _, err := engine(t, Config{}).Rerank(ctx, request("a")); !errors.Is(err, cause) {
		t.Errorf("error %v, want the cause", err)
	}
}

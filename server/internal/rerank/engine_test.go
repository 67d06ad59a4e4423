package rerank

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/api"
)

// scorerFunc is a Scorer for tests.
type scorerFunc func(ctx context.Context, req *api.Request) (Judgement, error)

func (f scorerFunc) Score(ctx context.Context, req *api.Request) (Judgement, error) {
	return f(ctx, req)
}

// reversed puts the last document first, with scores 1, 1/2, 1/3, ...
func reversed(_ context.Context, req *api.Request) (Judgement, error) {
	j := Judgement{Language: "en", Stemmed: true}
	for i := range req.Documents {
		j.Results = append(j.Results, api.Result{Index: len(req.Documents) - 1 - i, RelevanceScore: 1 / float64(i+1), ScoredBy: "test"})
	}
	return j, nil
}

// scores puts documents in order with the given scores.
func scores(s ...float64) scorerFunc {
	return func(context.Context, *api.Request) (j Judgement, _ error) {
		for i := range s {
			j.Results = append(j.Results, api.Result{Index: i, RelevanceScore: s[i]})
		}
		return j, nil
	}
}

func engine(t *testing.T, c Config) *Engine {
	t.Helper()
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func heuristicOnly(s Scorer) Config {
	return Config{Version: "v", Scorers: map[api.Pipeline]Scorer{api.Heuristic: s}}
}

func request(texts ...string) *api.Request {
	r := &api.Request{Query: "q"}
	for _, text := range texts {
		r.Documents = append(r.Documents, api.Document{Text: text})
	}
	return r
}

func TestRerank(t *testing.T) {
	e := engine(t, heuristicOnly(scorerFunc(reversed)))
	req := request("a", "b", "c")
	req.Documents[2].ID = api.ID{Text: "x"}
	req.TopK, req.ReturnDocuments = 2, true
	got, err := e.Rerank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	want := &api.Response{
		Results: []api.Result{
			{Index: 2, Rank: 1, ID: api.ID{Text: "x"}, RelevanceScore: 1, ScoredBy: "test", Document: &req.Documents[2]},
			{Index: 1, Rank: 2, RelevanceScore: 0.5, ScoredBy: "test", Document: &req.Documents[1]},
		},
		Model: "none", Scorer: "v", Language: "en", Stemmed: true, Usage: api.Usage{Documents: 3},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(api.Response{}, "Timings")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTopKBeyondTheEnd(t *testing.T) {
	req := request("a", "b")
	req.TopK = 9
	got, err := engine(t, heuristicOnly(scorerFunc(reversed))).Rerank(t.Context(), req)
	if err != nil || len(got.Results) != 2 {
		t.Errorf("%d results and error %v, want 2", len(got.Results), err)
	}
}

func TestPipelines(t *testing.T) {
	named := func(name string) Scorer {
		return scorerFunc(func(context.Context, *api.Request) (Judgement, error) {
			return Judgement{Model: name, Results: []api.Result{{}}}, nil
		})
	}
	without := map[api.Pipeline]Scorer{api.Heuristic: named("h")}
	all := map[api.Pipeline]Scorer{api.Heuristic: named("h"), api.CrossEncoder: named("x"), api.Cascade: named("c")}
	tests := []struct {
		name    string
		scorers map[api.Pipeline]Scorer
		ask     api.Pipeline
		model   string
		want    string // the scorer asked
		field   string // of the error
	}{
		{"default without a model", without, "", "", "h", ""},
		{"default with a model", all, "", "", "c", ""},
		{"heuristic", all, api.Heuristic, "", "h", ""},
		{"cross-encoder", all, api.CrossEncoder, "", "x", ""},
		{"cross-encoder without a model", without, api.CrossEncoder, "", "", "pipeline"},
		{"cascade without a model", without, api.Cascade, "", "", "pipeline"},
		{"model by name without a model", without, "", "m", "", "model"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := request("a")
			req.Pipeline, req.Model = tt.ask, tt.model
			got, err := engine(t, Config{Scorers: tt.scorers}).Rerank(t.Context(), req)
			if tt.field == "" {
				if err != nil || got.Model != tt.want {
					t.Errorf("answer %+v, error %v, want scorer %q", got, err, tt.want)
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

func TestBrokenScorers(t *testing.T) {
	tests := []struct {
		name   string
		scorer Scorer
		want   string
	}{
		{"too few", scores(1), "1 results for 2 documents"},
		{"NaN", scores(math.NaN(), 0), "score NaN"},
		{"above 1", scores(1.5, 0), "score 1.5"},
		{"negative", scores(0, -1), "score -1"},
		{"rising", scores(0.2, 0.3), "above 0.2"},
		{"twice", scorerFunc(func(context.Context, *api.Request) (Judgement, error) {
			return Judgement{Results: []api.Result{{Index: 1}, {Index: 1}}}, nil
		}), "document 1 again"},
		{"no such document", scorerFunc(func(context.Context, *api.Request) (Judgement, error) {
			return Judgement{Results: []api.Result{{Index: 0}, {Index: 2}}}, nil
		}), "document 2 of 2"},
		{"error", scorerFunc(func(context.Context, *api.Request) (Judgement, error) {
			return Judgement{}, errors.New("out of order")
		}), "out of order"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := engine(t, heuristicOnly(tt.scorer)).Rerank(t.Context(), request("a", "b"))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestDiversityMayRise(t *testing.T) {
	req := request("a", "b")
	req.Diversity = 0.5
	if _, err := engine(t, heuristicOnly(scores(0.2, 0.3))).Rerank(t.Context(), req); err != nil {
		t.Error(err)
	}
}

func TestDegraded(t *testing.T) {
	s := scorerFunc(func(ctx context.Context, req *api.Request) (Judgement, error) {
		j, err := reversed(ctx, req)
		j.Degraded, j.Reason = true, "deadline"
		return j, err
	})
	got, err := engine(t, heuristicOnly(s)).Rerank(t.Context(), request("a"))
	if err != nil || !got.Degraded || got.Reason != "deadline" {
		t.Errorf("answer %+v, error %v, want it degraded by the deadline", got, err)
	}
}

// occupied has one worker, busy until release is called.
func occupied(t *testing.T) (e *Engine, release func()) {
	started, done := make(chan struct{}), make(chan struct{})
	first := make(chan struct{}, 1)
	first <- struct{}{}
	e = engine(t, Config{Workers: 1, Scorers: map[api.Pipeline]Scorer{api.Heuristic: scorerFunc(func(ctx context.Context, req *api.Request) (Judgement, error) {
		select {
		case <-first:
			close(started)
			<-done
		default:
		}
		return reversed(ctx, req)
	})}})
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = e.Rerank(context.Background(), request("a")) })
	<-started
	return e, func() { close(done); wg.Wait() }
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

// TestStrictDeadlinePassedByTheScorer: a scorer that ignores its context is late too.
func TestStrictDeadlinePassedByTheScorer(t *testing.T) {
	late := scorerFunc(func(ctx context.Context, req *api.Request) (Judgement, error) {
		if req.Strict {
			<-ctx.Done()
		}
		return reversed(ctx, req)
	})
	e := engine(t, heuristicOnly(late))
	for _, strict := range []bool{true, false} {
		req := request("a")
		req.Strict, req.Budget.DeadlineMS = strict, 1
		if _, err := e.Rerank(t.Context(), req); (err != nil) != strict {
			t.Errorf("strict %v: error %v", strict, err)
		}
	}
}

func TestNewRefusesNegativeWorkers(t *testing.T) {
	if _, err := New(Config{Workers: -1}); err == nil {
		t.Error("no error")
	}
}

// TestHeuristic: what the Scorer makes of a ranking, whatever its order.
func TestHeuristic(t *testing.T) {
	h := NewHeuristic(nil)
	e := engine(t, Config{Version: h.Version(), Scorers: map[api.Pipeline]Scorer{api.Heuristic: h}})
	req := request("the sky is blue", "a cross-encoder reads query and document together", "")
	req.Query, req.Explain = "cross-encoder", true
	got, err := e.Rerank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if got.Scorer != heuristics.Scorer(nil) || len(got.Results) != 3 {
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
	h := NewHeuristic(all.Stemmers())
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
			j, err := h.Score(t.Context(), req)
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
	h := NewHeuristic(nil)
	req := request("a b c d cross encoder", "cross-encoder", "encoder of a cross")
	req.Query, req.Explain = "cross encoder", true
	first, err := h.Score(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	kept := written(first)
	other := request("zebra", "zebra zebra cross", "x", "y")
	other.Query, other.Explain = "zebra", true
	if _, err := h.Score(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if again := written(first); !strings.Contains(kept, `"contribution":`) || again != kept {
		t.Errorf("overwritten:\n%s\n%s", kept, again)
	}
}

func written(j Judgement) string {
	return string(api.AppendResponse(nil, &api.Response{Results: j.Results}))
}

func TestHeuristicConcurrently(t *testing.T) {
	h := NewHeuristic(nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				j, err := h.Score(context.Background(), request("a q b", "c", "q q"))
				if err != nil || len(j.Results) != 3 {
					t.Errorf("%d results, error %v", len(j.Results), err)
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
	if _, err := NewHeuristic(nil).Score(ctx, request("a")); !errors.Is(err, cause) {
		t.Errorf("error %v, want the cause", err)
	}
}

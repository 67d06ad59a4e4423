package rerank

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// answered is what an engine answers, or the end of the test.
func answered(t *testing.T, e *Engine, req *api.Request) *api.Response {
	t.Helper()
	r, err := e.Rerank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// scoredIn lists the documents with a logit, ascending.
func scoredIn(r *api.Response) []int {
	list := []int{}
	for _, x := range r.Results {
		if x.Logit != nil {
			list = append(list, x.Index)
		}
	}
	slices.Sort(list)
	return list
}

// TestCascade: what the model scored stands on top by its logit, the rest
// below it by the heuristics, and no score rises.
func TestCascade(t *testing.T) {
	m := &fakeModel{logits: map[int]float64{0: -1, 1: 2, 5: 0.5}}
	e := cascadeOf(t, m, nil)
	req := breads(10)
	req.Budget.Documents, req.Explain = 4, true
	r := answered(t, e, req)
	plain := breads(10)
	plain.Pipeline = api.Heuristic
	lexical := answered(t, e, plain)
	if got := []int{r.Results[0].Index, r.Results[1].Index, r.Results[2].Index, r.Results[3].Index}; !slices.Equal(got, []int{1, 5, 0, 8}) {
		t.Errorf("on top are %v", got)
	}
	for i, x := range r.Results {
		want, by := sigmoid(m.logit(x.Index)), "cross-encoder"
		if i >= 4 {
			want, by = min(x.HeuristicScore, sigmoid(-8)), "heuristic"
		}
		if x.RelevanceScore != want || x.ScoredBy != by || (x.Logit == nil) != (i >= 4) || x.Explanation.Reason == "" {
			t.Errorf("result %d: %+v, want %s %v", i, x, by, want)
		}
	}
	var below, order []int
	for _, x := range lexical.Results {
		if !slices.Contains([]int{1, 5, 0, 8}, x.Index) {
			order = append(order, x.Index)
		}
	}
	for _, x := range r.Results[4:] {
		below = append(below, x.Index)
	}
	if !slices.Equal(below, order) {
		t.Errorf("below are %v, the heuristics say %v", below, order)
	}
	if want := (api.Usage{Documents: 10, Scored: 4, Read: 4, Trimmed: 6, Tokens: r.Usage.Tokens}); r.Usage != want || r.Usage.Tokens == 0 || r.Model != "fake" || r.Degraded {
		t.Errorf("answer %+v", r)
	}
}

func TestBudgets(t *testing.T) {
	words := func(n int) string { return strings.Repeat("bread ", n) }
	for _, tt := range []struct {
		name   string
		budget api.Budget
		known  map[int]float64
		want   []int // documents with a logit
		usage  api.Usage
	}{
		{"none: all of a short list", api.Budget{}, nil, []int{0, 1, 2, 3, 4, 5}, api.Usage{Read: 6, Tokens: 210}},
		{"documents", api.Budget{Documents: 2}, nil, []int{0, 5}, api.Usage{Read: 2, Trimmed: 4, Tokens: 70}},
		{"more documents than there are", api.Budget{Documents: 99}, nil, []int{0, 1, 2, 3, 4, 5}, api.Usage{Read: 6, Tokens: 210}},
		{"tokens", api.Budget{Tokens: 100}, nil, []int{3, 5}, api.Usage{Read: 2, Trimmed: 4, Tokens: 100}},
		{"tokens for a short one", api.Budget{Tokens: 75}, nil, []int{0, 5}, api.Usage{Read: 2, Trimmed: 4, Tokens: 70}},
		{"tokens that hold nothing", api.Budget{Tokens: 9}, nil, []int{}, api.Usage{Trimmed: 6}},
		{"documents tighter", api.Budget{Documents: 2, Tokens: 1000}, nil, []int{0, 5}, api.Usage{Read: 2, Trimmed: 4, Tokens: 70}},
		{"tokens tighter", api.Budget{Documents: 2, Tokens: 65}, nil, []int{5}, api.Usage{Read: 1, Trimmed: 5, Tokens: 60}},
		{"known is free", api.Budget{Documents: 2}, map[int]float64{0: 1, 3: 2}, []int{0, 3, 5}, api.Usage{Read: 1, Cached: 2, Trimmed: 3, Tokens: 60}},
		{"all is known", api.Budget{Documents: 2}, map[int]float64{0: 1, 5: 2}, []int{0, 5}, api.Usage{Cached: 2, Trimmed: 4}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := cascadeOf(t, &fakeModel{known: tt.known}, nil)
			req := request(words(10), words(20), words(30), words(40), words(50), words(60))
			req.Query, req.Budget, tt.usage.Documents = "bread", tt.budget, 6
			tt.usage.Scored = tt.usage.Read + tt.usage.Cached
			r := answered(t, e, req)
			if got := scoredIn(r); !slices.Equal(got, tt.want) || r.Usage != tt.usage || r.Degraded {
				t.Errorf("scored %v, usage %+v, degraded %v; want %v, %+v", got, r.Usage, r.Degraded, tt.want, tt.usage)
			}
		})
	}
}

// TestCrossEncoder: every document is scored, and a budget that does not hold
// them is refused.
func TestCrossEncoder(t *testing.T) {
	known := map[int]float64{4: 1}
	for _, tt := range []struct {
		name   string
		budget api.Budget
		code   api.Code // "" = served
	}{
		{"no budget", api.Budget{}, ""},
		{"documents that are enough", api.Budget{Documents: 90}, ""},
		{"documents that are not", api.Budget{Documents: 89}, api.OutOfRange},
		{"tokens that are enough", api.Budget{Tokens: 100_000}, ""},
		{"tokens that are not", api.Budget{Tokens: 100}, api.OutOfRange},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := breads(90)
			req.Pipeline, req.Budget, req.Explain = api.CrossEncoder, tt.budget, true
			r, err := cascadeOf(t, &fakeModel{known: known}, nil).Rerank(t.Context(), req)
			if tt.code != "" {
				wantCode(t, err, tt.code)
				return
			}
			if err != nil || len(scoredIn(r)) != 90 || r.Usage.Scored != 90 || r.Usage.Read != 89 || r.Usage.Cached != 1 || r.Usage.Trimmed != 0 || r.Degraded {
				t.Fatalf("%d scored, error %v, answer %+v", len(scoredIn(r)), err, r.Usage)
			}
			if e := r.Results[0].Explanation; e == nil || e.Reason != "" {
				t.Errorf("nothing was trimmed, but %+v", e)
			}
		})
	}
}

// TestNothingKnown: where words say nothing, the retriever's own best are scored.
func TestNothingKnown(t *testing.T) {
	english := []string{"Bread is baked in an oven 2024", "The river", "Ovens are hot", "Bakers rise early"}
	for _, tt := range []struct {
		name, query string
		documents   []string
		want        []int
	}{
		{"words", "hot ovens", english, []int{2, 3}},
		{"no overlap", "quantum", english, []int{1, 3}},
		{"only stop words", "what is it", english, []int{1, 3}},
		{"another script", "אפיית 2024", english, []int{1, 3}},
		{"mostly another script", "אפיית לחם bread", english, []int{1, 3}},
		{"the script of most", "אפיית לחם", []string{"לחם", "bread", "אפיית לחם", "לחם לבן"}, []int{2, 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := request(tt.documents...)
			for i, rank := range []int{4, 2, 3, 1} {
				req.Documents[i].Rank = rank
			}
			req.Query, req.Budget.Documents, req.Explain = tt.query, 2, true
			r := answered(t, cascadeOf(t, &fakeModel{}, nil), req)
			if got := scoredIn(r); !slices.Equal(got, tt.want) {
				t.Errorf("scored %v, want %v", got, tt.want)
			}
			for _, x := range r.Results {
				if kept := strings.HasPrefix(x.Explanation.Reason, "kept"); kept != (x.Logit != nil) {
					t.Errorf("document %d, scored %v: %q", x.Index, x.Logit != nil, x.Explanation.Reason)
				}
			}
		})
	}
}

// TestNothingKnownOfMany: without a budget no more are scored than a trim keeps.
func TestNothingKnownOfMany(t *testing.T) {
	req := breads(heuristics.DefaultCap + 20)
	req.Query = "quantum"
	if r := answered(t, cascadeOf(t, &fakeModel{}, nil), req); r.Usage.Scored != heuristics.DefaultCap {
		t.Errorf("usage %+v", r.Usage)
	}
}

func TestCascadeDegrades(t *testing.T) {
	broken, full := errors.New("out of order"), &api.Error{Code: api.Overloaded, Message: "full", RetryAfter: 3}
	refused := &api.Error{Code: api.TooLong, Field: "query"}
	for _, tt := range []struct {
		name   string
		model  *fakeModel
		reason string
		code   api.Code // of the strict request's error; "" = internal
		scored int
		failed int
	}{
		{"model", &fakeModel{fail: broken}, api.ReasonModel, "", 0, 1},
		{"model, half way", &fakeModel{fail: broken, after: 1}, api.ReasonModel, "", 3, 1},
		{"model, and some are known", &fakeModel{fail: broken, known: map[int]float64{3: 1}}, api.ReasonModel, "", 1, 1},
		{"overload", &fakeModel{fail: full}, api.ReasonOverload, api.Overloaded, 0, 0},
		{"language", &fakeModel{mute: true}, api.ReasonLanguage, api.UnknownLanguage, 0, 0},
		{"the caller's fault", &fakeModel{fail: refused}, "", api.TooLong, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			failed := 0
			m := tt.model
			e := cascadeOf(t, m, func(err error) {
				failed++
				if err.Error() != `asking model "fake": out of order` {
					t.Errorf("failed with %v", err)
				}
			})
			req := breads(10)
			r, err := e.Rerank(t.Context(), req)
			if tt.reason == "" {
				wantCode(t, err, tt.code)
				return
			}
			if err != nil || !r.Degraded || r.Reason != tt.reason || len(scoredIn(r)) != tt.scored || failed != tt.failed {
				t.Fatalf("%d scored, %d failures, error %v, answer %+v", len(scoredIn(r)), failed, err, r)
			}
			if tt.scored == 0 && (r.Model != api.ModelNone || r.Results[0].RelevanceScore != r.Results[0].HeuristicScore) {
				t.Errorf("answer %+v", r)
			}
			m.runs.Store(0)
			req.Strict = true
			_, err = e.Rerank(t.Context(), req)
			wantCode(t, err, tt.code)
			if failed != tt.failed {
				t.Error("a strict request's failure was reported besides")
			}
		})
	}
}

// wantCode wants an *api.Error of a code, or with "" another error.
func wantCode(t *testing.T, err error, code api.Code) {
	t.Helper()
	var fault *api.Error
	if err == nil || errors.As(err, &fault) != (code != "") || code != "" && fault.Code != code {
		t.Errorf("error %v, want code %q", err, code)
	}
}

// TestUnreadable: documents that a model cannot read stay with the heuristics.
func TestUnreadable(t *testing.T) {
	e := cascadeOf(t, &fakeModel{}, nil)
	req := breads(3)
	req.Documents[1].Text = "unreadable bread"
	r := answered(t, e, req)
	if got := scoredIn(r); !slices.Equal(got, []int{0, 2}) || r.Degraded || r.Reason != api.ReasonLanguage {
		t.Errorf("scored %v, answer %+v", got, r)
	}
	req.Documents = req.Documents[1:2]
	if r := answered(t, e, req); !r.Degraded || r.Reason != api.ReasonLanguage || r.Usage.Trimmed != 1 {
		t.Errorf("answer %+v", r)
	}
	req.Strict = true
	_, err := e.Rerank(t.Context(), req)
	wantCode(t, err, api.UnknownLanguage)
}

// TestUnreadableAmongOthers: the words lift what the model cannot read above what it
// says nothing for.
func TestUnreadableAmongOthers(t *testing.T) {
	e := cascadeOf(t, &fakeModel{logits: map[int]float64{0: 3, 1: -6, 2: -7}, fitted: answer.Calibration{Logit: 1, Heuristic: 3}}, nil)
	req := request("An answer in other words.", "Cats sleep.", "Desks are heavy.", "unreadable bread of the query")
	req.Query = "bread of the query"
	req.Pipeline = api.CrossEncoder
	var order []int
	for _, x := range answered(t, e, req).Results {
		order = append(order, x.Index)
	}
	if !slices.Equal(order, []int{0, 3, 1, 2}) {
		t.Errorf("order %v", order)
	}
}

func TestCascadeCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := cascadeOf(t, &fakeModel{speed: time.Second}, nil)
		gone := errors.New("gone")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, gone)
		defer cancel()
		if _, err := e.Rerank(ctx, breads(10)); !errors.Is(err, gone) {
			t.Errorf("error %v", err)
		}
	})
}

// TestNoHeuristics: there is no answer that does not begin with them.
func TestNoHeuristics(t *testing.T) {
	_, err := New(Config{Models: []Served{{Names: []string{"m"}, Model: &fakeModel{}}}})
	if err == nil || err.Error() != "the heuristics, which every answer begins with, are missing" {
		t.Errorf("error %v", err)
	}
}

// TestWatch: every answer on the way is whole and knows more than the one before,
// and the last is the plain one.
func TestWatch(t *testing.T) {
	synctest.Test(t, testWatch)
}

func testWatch(t *testing.T) {
	e := cascadeOf(t, &fakeModel{known: map[int]float64{4: 1}, speed: time.Microsecond}, nil)
	req := breads(40)
	plain := answered(t, e, req)
	var seen []*api.Response
	last, err := e.Watch(t.Context(), req, func(r *api.Response) { seen = append(seen, r) })
	if err != nil || len(seen) < 4 {
		t.Fatalf("%d answers, error %v", len(seen), err)
	}
	known := -1
	for i, r := range append(seen, last) {
		if err := answer.Check(r.Results, len(req.Documents), false); err != nil {
			t.Errorf("answer %d: %v", i, err)
		}
		n := len(scoredIn(r))
		if n <= known && i < len(seen) || i == 0 && n != 0 {
			t.Errorf("answer %d: %d scored after %d", i, n, known)
		}
		known = n
	}
	if diff := cmp.Diff(plain.Results, last.Results, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-plain +watched)\n%s", diff)
	}
	if last.Usage.Scored != plain.Usage.Scored || last.Usage.Tokens != plain.Usage.Tokens {
		t.Errorf("usage %+v, plain %+v", last.Usage, plain.Usage)
	}
}

// TestCascadeUsage: a document that is cached because another one like it ran is
// not trimmed, and not counted twice.
func TestCascadeUsage(t *testing.T) {
	req := breads(6)
	req.Budget.Documents = 4
	r, err := cascadeOf(t, &fakeModel{joined: map[int]bool{0: true}}, nil).Rerank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if u := r.Usage; u.Cached != 1 || u.Read != 3 || u.Scored != 4 || u.Trimmed != 2 {
		t.Errorf("usage %+v", u)
	}
}

// sigmoid is what an uncalibrated logit says.
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

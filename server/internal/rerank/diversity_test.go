package rerank

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// loaves are two that say the same of sourdough, one that says something else,
// and two without it.
func loaves(diversity float64) *api.Request {
	req := request(
		"sourdough bread rises slowly in a cool kitchen overnight",
		"sourdough bread rises slowly in a cool kitchen overnight.",
		"the history of sourdough: miners carried starters across Alaska",
		"parliament votes on taxes",
		"ferry leaves nine",
	)
	req.Query, req.Diversity = "sourdough bread", diversity
	return req
}

func orderIn(r *api.Response) (list []int) {
	for _, x := range r.Results {
		list = append(list, x.Index)
	}
	return list
}

// TestDiversity: what the model scored is re-ordered among itself, and keeps
// its scores; where it scored nothing, the heuristics' order is.
func TestDiversity(t *testing.T) {
	logits := map[int]float64{0: 2, 1: 1.9, 2: 1, 3: -4, 4: -3}
	for _, tt := range []struct {
		name      string
		pipeline  api.Pipeline
		budget    int
		diversity float64
		model     *fakeModel
		want      []int
	}{
		{"off", api.Cascade, 0, 0, &fakeModel{}, []int{0, 1, 2, 4, 3}},
		{"too little to matter", api.Cascade, 0, 0.01, &fakeModel{}, []int{0, 1, 2, 4, 3}},
		{"half: the duplicate goes behind another answer", api.Cascade, 0, 0.5, &fakeModel{}, []int{0, 2, 4, 3, 1}},
		{"all: only the first counts, then whatever is new", api.Cascade, 0, 1, &fakeModel{}, []int{0, 4, 3, 2, 1}},
		{"what was trimmed stays below", api.Cascade, 3, 0.5, &fakeModel{}, []int{0, 2, 1, 3, 4}},
		{"cross-encoder", api.CrossEncoder, 0, 0.5, &fakeModel{}, []int{0, 2, 4, 3, 1}},
		{"scores near zero count as well", api.Cascade, 3, 0.3, &fakeModel{fitted: answer.Calibration{Logit: 1, Shift: -14}}, []int{0, 1, 2, 3, 4}},
		{"no model: the heuristics'", api.Cascade, 0, 0.5, &fakeModel{fail: errors.New("broken")}, []int{0, 2, 3, 4, 1}},
		{"no model, cross-encoder", api.CrossEncoder, 0, 0.5, &fakeModel{fail: errors.New("broken")}, []int{0, 2, 3, 4, 1}},
		{"heuristic", api.Heuristic, 0, 0.5, &fakeModel{}, []int{0, 2, 3, 4, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.model.logits = logits
			e := cascadeOf(t, tt.model, nil)
			req := loaves(tt.diversity)
			req.Pipeline, req.Budget.Documents = tt.pipeline, tt.budget
			r := answered(t, e, req)
			if got := orderIn(r); !slices.Equal(got, tt.want) {
				t.Errorf("order is %v, want %v", got, tt.want)
			}
			plain := loaves(0)
			plain.Pipeline, plain.Budget.Documents = tt.pipeline, tt.budget
			without := answered(t, e, plain)
			for i, x := range r.Results {
				same := slices.IndexFunc(without.Results, func(y api.Result) bool { return y.Index == x.Index })
				if x.Rank != i+1 || x.RelevanceScore != without.Results[same].RelevanceScore {
					t.Errorf("result %d has rank %d and score %v, without diversity %v", i, x.Rank, x.RelevanceScore, without.Results[same].RelevanceScore)
				}
			}
		})
	}
}

// TestDiversityIsBeforeTopK: a duplicate does not take the place of another
// answer.
func TestDiversityIsBeforeTopK(t *testing.T) {
	req := loaves(0.5)
	req.TopK = 2
	r := answered(t, cascadeOf(t, &fakeModel{logits: map[int]float64{0: 2, 1: 1.9, 2: 1}}, nil), req)
	if got := orderIn(r); !slices.Equal(got, []int{0, 2}) {
		t.Errorf("order is %v", got)
	}
}

// TestWatchDiversity: what is shown on the way is diverse as well, first the
// heuristics' order, then of what is scored by then.
func TestWatchDiversity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModel{speed: time.Millisecond}
		req := breads(12)
		req.Diversity = 0.5
		for i := range req.Documents {
			req.Documents[i].Text += strings.Repeat(" oven", 100*(i%2)) // batches of one width
		}
		e := cascadeOf(t, m, nil)
		lexical := *req
		lexical.Pipeline = api.Heuristic
		var seen []*api.Response
		last, err := e.Watch(t.Context(), req, func(r *api.Response) { seen = append(seen, r) })
		if err != nil || len(seen) < 3 {
			t.Fatalf("%d answers, error %v", len(seen), err)
		}
		if want := orderIn(answered(t, e, &lexical)); !slices.Equal(orderIn(seen[0]), want) {
			t.Errorf("first %v, want the heuristics' %v", orderIn(seen[0]), want)
		}
		if !slices.Equal(orderIn(seen[len(seen)-1]), orderIn(last)) || slices.IsSortedFunc(last.Results, falling) {
			t.Errorf("last %v, shown before %v", orderIn(last), orderIn(seen[len(seen)-1]))
		}
		for i, r := range seen {
			if err := answer.Check(r.Results, len(req.Documents), true); err != nil {
				t.Errorf("answer %d: %v", i, err)
			}
		}
	})
}

func falling(a, b api.Result) int {
	switch {
	case a.RelevanceScore > b.RelevanceScore:
		return -1
	case a.RelevanceScore < b.RelevanceScore:
		return 1
	}
	return 0
}

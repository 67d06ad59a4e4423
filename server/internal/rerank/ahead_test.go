package rerank

import (
	"errors"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// TestReadAhead: what an answer left unread is handed over, the best by the heuristics
// first, and nothing that is known, unreadable, or of a request that failed.
func TestReadAhead(t *testing.T) {
	lexical := breads(10)
	lexical.Pipeline = api.Heuristic
	var order []int
	for _, x := range answered(t, cascadeOf(t, &fakeModel{}, nil), lexical).Results {
		order = append(order, x.Index)
	}
	without := func(some ...int) (left []int) {
		for _, d := range order {
			if !slices.Contains(some, d) {
				left = append(left, d)
			}
		}
		return left
	}
	broken := errors.New("broken")
	for _, tt := range []struct {
		name   string
		model  *fakeModel
		change func(*api.Request)
		want   [][]int
	}{
		{"all is read", &fakeModel{}, func(r *api.Request) { r.Pipeline = api.CrossEncoder }, nil},
		{"a budget", &fakeModel{}, func(r *api.Request) { r.Budget.Documents = 4 }, [][]int{without(0, 1, 5, 8)}}, // as in TestCascade
		{"known beyond the budget", &fakeModel{known: map[int]float64{4: 1}}, func(r *api.Request) { r.Budget.Documents = 4 }, [][]int{without(0, 1, 5, 8, 4)}},
		{"a broken model", &fakeModel{fail: broken}, func(r *api.Request) { r.Budget.Documents = 4 }, [][]int{order}},
		{"too much to do", &fakeModel{fail: api.NewError(api.Overloaded, "busy")}, func(r *api.Request) { r.Budget.Documents = 4 }, nil},
		{"a broken model, strict", &fakeModel{fail: broken}, func(r *api.Request) { r.Strict = true }, nil},
		{"heuristics alone", &fakeModel{}, func(r *api.Request) { r.Pipeline = api.Heuristic }, nil},
		{"a language that it does not speak", &fakeModel{mute: true}, func(*api.Request) {}, nil},
	} {
		req := breads(10)
		tt.change(req)
		_, err := cascadeOf(t, tt.model, nil).Rerank(t.Context(), req)
		if (err != nil) != (req.Strict) || !slices.EqualFunc(tt.model.ahead, tt.want, slices.Equal[[]int]) {
			t.Errorf("%s: handed over %v, error %v, want %v", tt.name, tt.model.ahead, err, tt.want)
		}
	}
	m, req := &fakeModel{}, breads(10)
	req.Documents[3].Text, req.Budget.Documents = "unreadable", 4
	answered(t, cascadeOf(t, m, nil), req)
	if len(m.ahead) != 1 || slices.Contains(m.ahead[0], 3) {
		t.Errorf("an unreadable document is handed over: %v", m.ahead)
	}
}

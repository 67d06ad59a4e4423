package answer

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// TestLineThrough: what both models say of some documents foretells what the later one
// would say of others, half a standard deviation lower.
func TestLineThrough(t *testing.T) {
	tests := []struct {
		name           string
		earlier, later []float64
		of, want       float64
		ok             bool
	}{
		{"twice as much", []float64{0, 1, 2, 3}, []float64{0, 2, 4, 6}, -1, -2 - math.Sqrt(5)/2, true},
		{"they disagree", []float64{0, 1, 2, 3}, []float64{6, 4, 2, 0}, -1, 3 - math.Sqrt(5)/2, true},
		{"too few", []float64{0, 1, 2}, []float64{0, 2, 4}, -1, 0, false},
		{"all alike before", []float64{1, 1, 1, 1}, []float64{0, 2, 4, 6}, -1, 0, false},
		{"all alike now", []float64{0, 1, 2, 3}, []float64{5, 5, 5, 5}, -1, 5, true},
	}
	for _, tt := range tests {
		l, ok := lineThrough(tt.earlier, tt.later)
		if got := l.foretell(tt.of); ok != tt.ok || ok && math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: %v %v, want %v %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

// TestStages: a document that only the first model has scored overtakes those that the
// last one likes least, unless one still waits or too few are read.
func TestStages(t *testing.T) {
	const n = 8
	req := &api.Request{Query: "how is bread baked"}
	for i := range n {
		req.Documents = append(req.Documents, api.Document{Text: fmt.Sprint("bread ", i)})
	}
	plan, err := NewPlanner(nil).Plan(req, api.CrossEncoder, heuristics.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	first := make([]*Score, n)
	for i := range first {
		first[i] = &Score{Document: i, Logit: float64(-i), By: "late-interaction"}
	}
	tests := []struct {
		name   string
		logits []float64 // of the last model, for the documents from 0 on
		waits  int       // so many more
		want   []int
	}{
		{"both agree", []float64{4, 3, 2, 1}, 0, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{"one is refused", []float64{4, 3, -30, 2, 1}, 0, []int{0, 1, 3, 4, 5, 6, 7, 2}},
		{"one waits", []float64{4, 3, -30, 2, 1}, 1, []int{0, 1, 3, 4, 2, 5, 6, 7}},
		{"three are read", []float64{4, 3, -30}, 0, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{"the last model knows no difference", []float64{1, 1, 1, 1}, 0, []int{0, 1, 2, 3, 4, 5, 6, 7}},
	}
	for _, tt := range tests {
		last := plan.Stage(first, nil, Calibration{}, len(tt.logits))
		scores, waiting := make([]*Score, n), make([]bool, n)
		for i, logit := range tt.logits {
			scores[i] = &Score{Document: i, Logit: logit}
		}
		for i := range tt.waits {
			waiting[len(tt.logits)+i] = true
		}
		results := last.Merge(scores, waiting, nil, Calibration{})
		var order []int
		for _, r := range results {
			order = append(order, r.Index)
			if by := map[bool]string{true: "cross-encoder", false: "late-interaction"}[scores[r.Index] != nil]; r.ScoredBy != by || r.Logit == nil {
				t.Errorf("%s: document %d: %+v", tt.name, r.Index, r)
			}
		}
		if !slices.Equal(order, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, order, tt.want)
		}
		if err := Check(results, n, false); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

package answer

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// TestUnread: what a model cannot read stands where the least that it says would put it.
func TestUnread(t *testing.T) {
	words := Calibration{Logit: 1, Heuristic: 3, Shift: -1}
	tests := []struct {
		name      string
		c         Calibration
		logits    []float64 // by index; those of unread ones do not count
		heuristic []float64 // falling
		unread    []int
		want      []int
	}{
		{"all of its words among texts about something else", words, []float64{0, -8, -8.1}, []float64{0.8, 0, 0}, []int{0}, []int{0, 1, 2}},
		{"below an answer", words, []float64{0, 4, -8}, []float64{0.8, 0.5, 0}, []int{0}, []int{1, 0, 2}},
		{"no words", words, []float64{2, -3, 0}, []float64{0.3, 0.1, 0}, []int{2}, []int{0, 1, 2}},
		{"two of them", words, []float64{0, 0, 3, -3}, []float64{0.9, 0.6, 0.5, 0}, []int{0, 1}, []int{2, 0, 1, 3}},
		{"the lowest score has the most words", words, []float64{-5, 0, 1}, []float64{0.9, 0.2, 0.1}, []int{1}, []int{2, 0, 1}},
		{"a model without a calibration", Calibration{}, []float64{0, -8, -9}, []float64{0.8, 0, 0}, []int{0}, []int{1, 2, 0}},
		{"nothing is scored", words, []float64{0, 0}, []float64{0.8, 0}, []int{0, 1}, []int{0, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, scores, unread := Plan{req: new(api.Request)}, make([]*Score, len(tt.logits)), make([]bool, len(tt.logits))
			for i, h := range tt.heuristic {
				p.req.Documents = append(p.req.Documents, api.Document{Text: "text"})
				p.Results = append(p.Results, api.Result{Index: i, HeuristicScore: h, RelevanceScore: h, ScoredBy: string(api.Heuristic)})
				if unread[i] = slices.Contains(tt.unread, i); !unread[i] {
					scores[i] = &Score{Document: i, Logit: tt.logits[i]}
				}
			}
			results := p.Merge(scores, nil, unread, tt.c)
			var order []int
			for _, r := range results {
				order = append(order, r.Index)
				if (r.Logit == nil) != unread[r.Index] || (r.ScoredBy == string(api.Heuristic)) != unread[r.Index] {
					t.Errorf("result %+v", r)
				}
			}
			if !slices.Equal(order, tt.want) {
				t.Errorf("order %v, want %v", order, tt.want)
			}
			if err := Check(results, len(results), false); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestUnreadAmongCompanions: the least that a model says of a document is not the lowest
// logit where documents say something of each other.
func TestUnreadAmongCompanions(t *testing.T) {
	c := Calibration{Logit: 1, Heuristic: 1, Feedback: 4}
	req, results, scores := withVectors([]float64{4, 0.1, 0, 0, 0}, []int8{90, 10}, []int8{-90, 10}, []int8{90, 15}, []int8{-5, 90}, nil)
	results[4].HeuristicScore = 0.5
	p := Plan{req: req, Results: results}
	for i := range p.Results {
		p.Results[i].Logit = nil
	}
	var order []int
	for _, r := range p.Merge(scores, nil, []bool{4: true}, c) {
		order = append(order, r.Index)
	}
	if want := []int{0, 2, 3, 4, 1}; !slices.Equal(order, want) {
		t.Errorf("%v, want %v", order, want)
	}
}

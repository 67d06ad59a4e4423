package answer

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/api"
)

// TestAgain: what a model finds good says what else is worth a score.
func TestAgain(t *testing.T) {
	english := []api.Document{
		{Text: "the pump stands in the cellar"},
		{Text: "reset the pump: hold START for five seconds until the pressure valve closes"},
		{Text: "the reset of a router"},
		{Text: "hold START until the pressure valve closes and the alarm ends"},
		{Text: "parliament votes on taxes"},
	}
	hebrew := []api.Document{{Text: "איפוס המשאבה בלחיצה"}, {Text: "לחיצה על הכפתור"}, {Text: "הכנסת הצביעה"}, {Text: "המשאבה במרתף"}}
	for _, tt := range []struct {
		name   string
		query  string
		docs   []api.Document
		logits map[int]float64
		among  []int
		want   []int // of two
	}{
		{"like the best", "reset the pump", english, map[int]float64{1: 3, 0: -4}, []int{2, 3, 4}, []int{3, 2}},
		{"like another", "reset the pump", english, map[int]float64{4: 3}, []int{0, 1, 2, 3}, []int{1, 0}},
		{"nothing is scored", "reset the pump", english, nil, []int{2, 3, 4}, nil},
		{"the words say nothing", "how do i do that", english, map[int]float64{1: 3}, []int{2, 3, 4}, nil},
		{"another script", "reset the pump", hebrew, map[int]float64{0: 3}, []int{1, 2, 3}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, req := NewPlanner(all.Stemmers()), &api.Request{Query: tt.query, Documents: tt.docs}
			plan, err := p.Plan(req, api.Cascade, heuristics.Budget{})
			if err != nil {
				t.Fatal(err)
			}
			scores := make([]*Score, len(tt.docs))
			for d, logit := range tt.logits {
				scores[d] = &Score{Document: d, Logit: logit}
			}
			got, err := p.Again(plan, scores, Calibration{}, tt.among, 2)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("chose %v, error %v, want %v", got, err, tt.want)
			}
		})
	}
}

// TestAgainLikesTheBest: not more than five, nor than half, by the value that orders them.
func TestAgainLikesTheBest(t *testing.T) {
	req := &api.Request{Query: "bread", Documents: make([]api.Document, 9)}
	scores := make([]*Score, 9)
	for i := range req.Documents {
		req.Documents[i].Text = "bread"
		scores[i] = &Score{Document: i, Logit: float64(i % 7)}
	}
	plan, err := NewPlanner(nil).Plan(req, api.Cascade, heuristics.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := plan.liked(scores, Calibration{}), []int{6, 5, 4, 3, 2}; !slices.Equal(got, want) {
		t.Errorf("liked %v, want %v", got, want)
	}
	if got, want := plan.liked(scores[:3], Calibration{}), []int{2, 1}; !slices.Equal(got, want) {
		t.Errorf("of three liked %v, want %v", got, want)
	}
}

// TestHalf: what a trim to half as many would keep, in the order of the plan.
func TestHalf(t *testing.T) {
	for _, tt := range []struct {
		name         string
		first        heuristics.FirstStage
		docs         []int
		half, others []int
	}{
		{"the retriever's first two and the best two", heuristics.Given, []int{9, 8, 7, 6, 5, 4, 1, 0}, []int{9, 8, 1, 0}, []int{7, 6, 5, 4}},
		{"both are the same", heuristics.Given, []int{0, 1, 2, 3, 4, 5, 6, 7}, []int{0, 1, 2, 3}, []int{4, 5, 6, 7}},
		{"the retriever's first are known", heuristics.Given, []int{9, 8, 7, 6, 5, 4, 3, 2}, []int{9, 8, 7, 6}, []int{5, 4, 3, 2}},
		{"a hidden order", heuristics.Hidden, []int{9, 8, 7, 6, 5, 4, 1, 0}, []int{9, 8, 7, 6}, []int{5, 4, 1, 0}},
		{"an odd number", heuristics.Given, []int{2, 1, 0}, []int{2}, []int{1, 0}},
	} {
		p := Plan{req: &api.Request{FirstStage: tt.first, Documents: make([]api.Document, 10)}}
		if half, others := p.Half(tt.docs); !slices.Equal(half, tt.half) || !slices.Equal(others, tt.others) {
			t.Errorf("%s: %v and %v, want %v and %v", tt.name, half, others, tt.half, tt.others)
		}
	}
}

package answer

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/api"
)

// TestTrimIsThatOfTheHeuristics: a request keeps what a page keeps, and says
// why, also where the words say nothing or are of another script.
func TestTrimIsThatOfTheHeuristics(t *testing.T) {
	docs := make([]heuristics.Document, 20)
	for i := range docs {
		docs[i] = heuristics.Document{Text: "The agency investigates crimes.", Rank: 20 - i}
		if i < 6 {
			docs[i].Text = "The FBI investigates crimes."
		}
	}
	for _, tt := range []struct {
		name, query string
		budget      int
		hidden      bool
		diversity   float64
		want        []int
	}{
		{"another script", "מה עושה ה-FBI?", 4, false, 0, []int{19, 18, 17, 16}},
		{"another script, diverse", "מה עושה ה-FBI?", 4, false, 0.5, []int{19, 18, 17, 16}},
		{"another script, hidden", "מה עושה ה-FBI?", 4, true, 0, []int{5, 4, 3, 2}},
		{"no word occurs", "quantum", 3, false, 0, []int{19, 18, 17}},
		{"the same script", "what is the FBI", 4, false, 0, []int{5, 4, 19, 18}},
		{"adaptive", "what is the FBI", 0, false, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := &api.Request{Query: tt.query, Budget: api.Budget{Documents: tt.budget}, Diversity: tt.diversity, Explain: true}
			o := heuristics.Options{Stemmers: all.Stemmers()}
			if tt.hidden {
				req.FirstStage, o.FirstStage = heuristics.Hidden, heuristics.Hidden
			}
			for _, d := range docs {
				req.Documents = append(req.Documents, api.Document{Text: d.Text, Rank: d.Rank})
			}
			got, err := NewPlanner(all.Stemmers()).Plan(req, api.Cascade, heuristics.Budget{})
			if err != nil {
				t.Fatal(err)
			}
			if tt.want != nil && !slices.Equal(got.Kept, tt.want) {
				t.Errorf("kept %v, want %v", got.Kept, tt.want)
			}
			ranking, err := heuristics.Trim(tt.query, docs, o, heuristics.Budget{Documents: tt.budget})
			if err != nil {
				t.Fatal(err)
			}
			for i, it := range ranking.Items {
				r := got.Results[i]
				if r.Index != it.Index || slices.Contains(got.Kept, r.Index) != it.Kept || r.Explanation.Reason != string(it.Reason) {
					t.Errorf("place %d: document %d, %q; the heuristics say %d, %q", i+1, r.Index, r.Explanation.Reason, it.Index, it.Reason)
				}
			}
		})
	}
}

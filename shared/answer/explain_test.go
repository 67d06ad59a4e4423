package answer

import (
	"math"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// explained is a request with four documents and its plan.
func explained(t *testing.T) Plan {
	t.Helper()
	req := &api.Request{Query: "salt in bread", Explain: true, FirstStage: heuristics.Given}
	for _, text := range []string{"Bread needs salt.", "Flour and water.", "How much salt goes in bread?", "The oven is hot."} {
		req.Documents = append(req.Documents, api.Document{Text: text})
	}
	p, err := NewPlanner(nil).Plan(req, api.CrossEncoder, heuristics.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sumsToScore reports whether the explanation of a scored result makes its relevance
// score: contributions to the sum, raw and weight to the contribution.
func sumsToScore(t *testing.T, r api.Result) {
	t.Helper()
	if r.Explanation == nil || r.Explanation.Blend == nil {
		t.Fatalf("document %d has no blend", r.Index)
	}
	b, sum := r.Explanation.Blend, 0.0
	for _, term := range b.Terms {
		sum += term.Contribution
		if math.Abs(term.Raw*term.Weight-term.Contribution) > 1e-12 {
			t.Errorf("document %d, %s: %v times %v is not %v", r.Index, term.Name, term.Raw, term.Weight, term.Contribution)
		}
	}
	if math.Abs(sum-b.Sum) > 1e-9 || math.Abs(sigmoid(b.Sum)-r.RelevanceScore) > 1e-12 {
		t.Errorf("document %d: terms sum to %v, sum %v, relevance %v", r.Index, sum, b.Sum, r.RelevanceScore)
	}
}

// TestBlendExplains: what is shown sums to the score that is shown, whatever the
// calibration; what no model scored has no blend, and the plan stays as it was.
func TestBlendExplains(t *testing.T) {
	calibrations := map[string]Calibration{
		"none": {}, "words": {Logit: 1, Heuristic: 3, Shift: -0.85}, "first stage": {Logit: 1, Heuristic: 3, FirstStage: 8, Shift: -0.85},
		"companions": {Logit: 1, Heuristic: 3, Rarity: 5, Feedback: 2, Shift: -0.85},
	}
	for name, c := range calibrations {
		t.Run(name, func(t *testing.T) {
			p := explained(t)
			scores := append(matched([]float32{0.9, 0.2}, []float32{0.8, 0.1}, []float32{0.9, 0.9}), nil)
			for d, logit := range []float64{1.5, 0.5, 1} {
				scores[d].Logit, scores[d].Vector = logit, []int8{int8(50 * d), 60}
			}
			for _, r := range p.Merge(scores, nil, nil, c) {
				if r.Logit != nil {
					sumsToScore(t, r)
				} else if r.Explanation.Blend != nil {
					t.Errorf("document %d has a blend and no score", r.Index)
				}
			}
			for _, r := range p.Results {
				if r.Explanation.Blend != nil {
					t.Error("Merge changed the plan's explanations")
				}
			}
		})
	}
}

// TestBlendOfGrades: a grade and what the cascade gave sum to the score, too.
func TestBlendOfGrades(t *testing.T) {
	p := explained(t)
	results := p.Merge([]*Score{{Document: 0, Logit: 1.5}, {Document: 2, Logit: 1}, {Document: 1}, nil}, nil, nil, Calibration{Logit: 1, Heuristic: 3})
	results = p.MergeGrades(results, []Grade{{Document: 0, Grade: 3}, {Document: 2, Grade: 9}}, 1)
	for _, r := range results {
		if r.Index != 0 && r.Index != 2 {
			continue // not graded
		}
		sumsToScore(t, r)
		if r.Explanation.Blend.Terms[0].Name != "grade" {
			t.Errorf("document %d: %+v", r.Index, r.Explanation.Blend)
		}
	}
}

// TestBlendUnasked: without explain there is none.
func TestBlendUnasked(t *testing.T) {
	req, results := scored([]float64{2, 1}, []float64{0.1, 0.2})
	for _, r := range merged(req, results, Calibration{}, nil) {
		if r.Explanation != nil {
			t.Errorf("document %d has an explanation", r.Index)
		}
	}
}

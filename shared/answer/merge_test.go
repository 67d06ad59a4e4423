package answer

import (
	"math"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// scored makes results with these logits and heuristic scores, by index.
func scored(logits, heuristic []float64) (*api.Request, []api.Result) {
	req, results := new(api.Request), []api.Result{}
	for i := range logits {
		req.Documents = append(req.Documents, api.Document{Text: "text"})
		results = append(results, api.Result{Index: i, Logit: &logits[i], HeuristicScore: heuristic[i]})
	}
	return req, results
}

// merged are results, in the order of the heuristics, some with logits.
func merged(req *api.Request, results []api.Result, c Calibration, waiting []bool) []api.Result {
	p, scores := Plan{req: req}, make([]*Score, len(results))
	for _, r := range results {
		if r.Logit != nil {
			scores[r.Index] = &Score{Document: r.Index, Logit: *r.Logit}
		}
		r.Logit = nil
		r.RelevanceScore, r.ScoredBy = r.HeuristicScore, string(api.Heuristic)
		p.Results = append(p.Results, r)
	}
	return p.Merge(scores, waiting, nil, c)
}

// TestMergeExtremes: saturated, tiny and huge logits stay in order and in [0, 1].
func TestMergeExtremes(t *testing.T) {
	logits := []float64{math.MaxFloat32, 90, 37.0000001, 37, 0, -0.0000001, -700, -math.MaxFloat32}
	req, results := scored(logits, make([]float64, len(logits)))
	results = merged(req, results, Calibration{}, nil)
	for i, r := range results {
		if r.Index != i || !(r.RelevanceScore >= 0 && r.RelevanceScore <= 1) || i > 0 && r.RelevanceScore > results[i-1].RelevanceScore {
			t.Errorf("logit %v: index %d, %v", logits[i], r.Index, r.RelevanceScore)
		}
	}
	if results[4].RelevanceScore != 0.5 || results[0].RelevanceScore != 1 || results[7].RelevanceScore != 0 {
		t.Errorf("%+v", results)
	}
}

// TestMergeCalibrated: the words decide as far as the calibration says.
func TestMergeCalibrated(t *testing.T) {
	tests := []struct {
		name string
		c    Calibration
		want []int
		best float64
	}{
		{"none", Calibration{}, []int{0, 1, 2}, sigmoid(2)},
		{"words weigh nothing", Calibration{Logit: 2, Shift: -1}, []int{0, 1, 2}, sigmoid(3)},
		{"words decide", Calibration{Logit: 1, Heuristic: 10, Shift: -4}, []int{2, 0, 1}, sigmoid(5)},
		{"words weigh a little", Calibration{Logit: 1, Heuristic: 2}, []int{0, 2, 1}, sigmoid(2.2)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, results := scored([]float64{2, 1, 0.2}, []float64{0.1, 0.1, 0.88})
			results = append(results, api.Result{Index: 3, HeuristicScore: 1})
			req.Documents = append(req.Documents, api.Document{Text: "not scored"})
			results = merged(req, results, tt.c, nil)
			var order []int
			for _, r := range results {
				order = append(order, r.Index)
			}
			if !slices.Equal(order, append(tt.want, 3)) || math.Abs(results[0].RelevanceScore-tt.best) > 1e-12 {
				t.Errorf("order %v, want %v; best %v, want %v", order, tt.want, results[0].RelevanceScore, tt.best)
			}
			if last := results[3].RelevanceScore; last != results[2].RelevanceScore {
				t.Errorf("what is not scored has %v behind %v", last, results[2].RelevanceScore)
			}
		})
	}
}

func TestCalibrationValidate(t *testing.T) {
	tests := []struct {
		name string
		c    Calibration
		ok   bool
	}{
		{"none", Calibration{}, true},
		{"all", Calibration{Logit: 0.4, Heuristic: 5, FirstStage: 8, Rarity: 10, Feedback: 3, Shift: -3}, true},
		{"no logit", Calibration{Heuristic: 5}, false},
		{"turned round", Calibration{Logit: -1}, false},
		{"infinite logit", Calibration{Logit: math.Inf(1)}, false},
		{"words count against", Calibration{Logit: 1, Heuristic: -1}, false},
		{"first stage counts against", Calibration{Logit: 1, FirstStage: -1}, false},
		{"infinite first stage", Calibration{Logit: 1, FirstStage: math.Inf(1)}, false},
		{"rare matches count against", Calibration{Logit: 1, Rarity: -1}, false},
		{"infinite rarity", Calibration{Logit: 1, Rarity: math.Inf(1)}, false},
		{"feedback counts against", Calibration{Logit: 1, Feedback: -1}, false},
		{"no feedback", Calibration{Logit: 1, Feedback: math.NaN()}, false},
		{"no number", Calibration{Logit: 1, Shift: math.NaN()}, false},
	}
	for _, tt := range tests {
		if err := tt.c.Validate(); (err == nil) != tt.ok {
			t.Errorf("%s: error %v", tt.name, err)
		}
	}
}

// TestMergeWhileWaiting: what waits keeps its place, what nobody will score goes
// behind, a scored one keeps its own score, and nothing rises.
func TestMergeWhileWaiting(t *testing.T) {
	yes, no, maybe := 3.0, -3.0, 0.0
	tests := []struct {
		name    string
		logits  []*float64 // by place in the order of the heuristics
		waiting []int
		want    []int
		scores  []float64
	}{
		{"nothing scored", []*float64{nil, nil, nil}, []int{0, 1, 2}, []int{0, 1, 2}, []float64{0.9, 0.6, 0.3}},
		{"one scored, and good", []*float64{nil, &yes, nil}, []int{0, 2}, []int{0, 1, 2}, []float64{sigmoid(3), sigmoid(3), 0.3}},
		{"two change places", []*float64{&no, nil, &yes}, []int{1}, []int{2, 1, 0}, []float64{sigmoid(3), 0.6, sigmoid(-3)}},
		{"trimmed ones go behind", []*float64{nil, &maybe, &yes}, nil, []int{2, 1, 0}, []float64{sigmoid(3), 0.5, 0.5}},
		{"all scored", []*float64{&no, &maybe, &yes}, nil, []int{2, 1, 0}, []float64{sigmoid(3), 0.5, sigmoid(-3)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, results := new(api.Request), []api.Result{}
			for i, logit := range tt.logits {
				req.Documents = append(req.Documents, api.Document{})
				results = append(results, api.Result{Index: i, Logit: logit, HeuristicScore: 0.9 - 0.3*float64(i)})
			}
			waiting := make([]bool, len(results))
			for _, d := range tt.waiting {
				waiting[d] = true
			}
			results = merged(req, results, Calibration{}, waiting)
			for i, r := range results {
				if r.Index != tt.want[i] || math.Abs(r.RelevanceScore-tt.scores[i]) > 1e-12 {
					t.Errorf("place %d: document %d with %v, want %d with %v", i, r.Index, r.RelevanceScore, tt.want[i], tt.scores[i])
				}
			}
		})
	}
}

// TestMergeOfCompanions: what documents say of each other moves them past one with a
// higher logit, in a merge and in the plan of a stage behind it, and explains itself.
func TestMergeOfCompanions(t *testing.T) {
	common, rare := []float32{0.9, 0.1}, []float32{0.8, 0.6}
	scores := matched(common, common, rare, common)
	for d, vector := range [][]int8{{90, 10}, {-80, 40}, {90, 12}, {-70, 60}} {
		scores[d].Vector, scores[d].Logit = vector, []float64{2, 1.2, 1, 0}[d]
	}
	tests := []struct {
		name string
		c    Calibration
		want []int
	}{
		{"by logit", Calibration{Logit: 1}, []int{0, 1, 2, 3}},
		{"rarity", Calibration{Logit: 1, Rarity: 3}, []int{0, 2, 1, 3}},
		{"feedback", Calibration{Logit: 1, Feedback: 1}, []int{0, 2, 1, 3}},
		{"feedback for those that rarity lifts", Calibration{Logit: 1, Rarity: 20, Feedback: 1}, []int{2, 0, 1, 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := explained(t)
			results := p.Merge(scores, nil, nil, tt.c)
			var order []int
			for _, r := range results {
				order = append(order, r.Index)
				sumsToScore(t, r)
				if named := termsOf(r); named["rarity"] != (tt.c.Rarity > 0) || named["feedback"] != (tt.c.Feedback > 0) {
					t.Errorf("document %d has the terms %v", r.Index, named)
				}
			}
			if !slices.Equal(order, tt.want) || !slices.Equal(p.Stage(scores, nil, tt.c, 4).Kept, tt.want) {
				t.Errorf("%v, want %v", order, tt.want)
			}
			if liked := p.liked(scores, tt.c); !slices.Equal(liked, tt.want[:2]) {
				t.Errorf("liked are %v, want %v", liked, tt.want[:2])
			}
		})
	}
}

func termsOf(r api.Result) map[string]bool {
	named := map[string]bool{}
	for _, term := range r.Explanation.Blend.Terms {
		named[term.Name] = true
	}
	return named
}

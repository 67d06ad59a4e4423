package answer

import (
	"math"
	"math/rand/v2"
	"testing"
)

// matched are scores of documents with these matches, for a query whose tokens weigh alike.
func matched(rows ...[]float32) []*Score {
	weights := make([]float64, len(rows[0]))
	for i := range weights {
		weights[i] = 1 / float64(len(weights))
	}
	scores := make([]*Score, len(rows))
	for d, row := range rows {
		scores[d] = &Score{Document: d, Matches: row, Weights: weights}
	}
	return scores
}

// TestRarities: a token that all documents match says little, one that few match says much.
func TestRarities(t *testing.T) {
	common, rare := float32(0.9), float32(0.1)
	tests := []struct {
		name   string
		scores []*Score
		want   func(r []float64) bool
	}{
		{"the rare token decides", matched([]float32{common, common}, []float32{common, rare}, []float32{common, rare}),
			func(r []float64) bool { return r[0] > r[1] && r[1] == r[2] }},
		{"a worse match of the common one costs little", matched([]float32{common, common}, []float32{0.6, common}, []float32{common, rare}, []float32{common, rare}),
			func(r []float64) bool { return r[1] > r[2] }},
		{"alike tokens are weighed alike", matched([]float32{0.5, 0.5}, []float32{0.3, 0.3}),
			func(r []float64) bool { return math.Abs(r[0]) < 1e-9 && math.Abs(r[1]) < 1e-9 }},
		{"everything matches", matched([]float32{1, 1}, []float32{1, 1}), func(r []float64) bool { return r == nil }},
		{"one document", matched([]float32{0.9, 0.2}), func(r []float64) bool { return len(r) == 1 }},
		{"a cross-encoder", []*Score{{Document: 0, Logit: 1}, {Document: 1}}, func(r []float64) bool { return r == nil }},
		{"nothing scored", []*Score{nil, nil}, func(r []float64) bool { return r == nil }},
		{"some are not scored", append(matched([]float32{common, common}, []float32{common, rare}), nil),
			func(r []float64) bool { return len(r) == 3 && r[0] > r[1] && math.IsNaN(r[2]) }},
		{"another query's weights", []*Score{{Matches: []float32{1, 0}, Weights: []float64{1}}}, func(r []float64) bool { return r == nil }},
		{"two queries' weights", append(matched([]float32{0.5}), matched([]float32{0.5, 0.1})...), func(r []float64) bool { return len(r) == 2 && math.IsNaN(r[1]) }},
		{"documents by their place", []*Score{nil, {Document: 7, Matches: []float32{0.5}, Weights: []float64{1}}}, func(r []float64) bool { return len(r) == 2 && r[1] == 0 }},
	}
	for _, tt := range tests {
		if r := raritiesOf(tt.scores); !tt.want(r) {
			t.Errorf("%s: %v", tt.name, r)
		}
	}
}

// slowRarities is the formula as it is written down.
func slowRarities(scores []*Score) []float64 {
	tokens := len(scores[0].Weights)
	weights, before, after := make([]float64, tokens), 0.0, 0.0
	for i := range tokens {
		mean := 0.0
		for _, s := range scores {
			mean += float64(s.Matches[i])
		}
		mean /= float64(len(scores))
		weights[i] = scores[0].Weights[i] * math.Pow(max(0, 1-mean), 1.5)
		before, after = before+scores[0].Weights[i], after+weights[i]
	}
	out := make([]float64, len(scores))
	for d, s := range scores {
		for i := range tokens {
			out[d] += (weights[i]*before/after - s.Weights[i]) * float64(s.Matches[i])
		}
	}
	return out
}

// TestRaritiesSlowly: the fast way is the slow one.
func TestRaritiesSlowly(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		rows := make([][]float32, 1+random.IntN(20))
		tokens := 1 + random.IntN(30)
		for d := range rows {
			rows[d] = make([]float32, tokens)
			for i := range rows[d] {
				rows[d][i] = 2*random.Float32() - 1
			}
		}
		scores := matched(rows...)
		for i := range scores[0].Weights {
			scores[0].Weights[i] = random.Float64()
		}
		got, want := raritiesOf(scores), slowRarities(scores)
		for d := range want {
			if math.Abs(got[d]-want[d]) > 1e-9 {
				t.Fatalf("document %d of %d: %v, want %v", d, len(rows), got[d], want[d])
			}
		}
	}
}

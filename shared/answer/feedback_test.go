package answer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// withVectors are results with these logits, in their order, and scores with these vectors.
func withVectors(logits []float64, vectors ...[]int8) (*api.Request, []api.Result, []*Score) {
	req, results := scored(logits, make([]float64, len(logits)))
	scores := make([]*Score, len(vectors))
	for i := range results {
		d := results[i].Index
		if vectors[d] == nil {
			results[i].Logit = nil
			continue
		}
		scores[d] = &Score{Document: d, Logit: *results[i].Logit, Vector: vectors[d]}
	}
	return req, results, scores
}

// TestFeedback: what is like the best gains, what is like the worst loses.
func TestFeedback(t *testing.T) {
	east, north, west := []int8{100, 10, 0}, []int8{0, 100, 10}, []int8{-100, 10, 0}
	tests := []struct {
		name    string
		logits  []float64
		vectors [][]int8
		want    func(f []float64) bool
	}{
		{"like the best", []float64{5, 0, 0, 0}, [][]int8{east, east, north, west}, func(f []float64) bool { return f[1] > f[2] && f[2] > f[3] }},
		{"of any length", []float64{5, 0, 0, 0}, [][]int8{east, {50, 5, 0}, north, west}, func(f []float64) bool { return math.Abs(f[0]-f[1]) < 1e-9 }},
		{"two good ones", []float64{5, 5, 0, 0}, [][]int8{east, north, {70, 70, 0}, west}, func(f []float64) bool { return f[2] > f[3] }},
		{"all the same", []float64{5, 0}, [][]int8{east, east}, func(f []float64) bool { return math.Abs(f[0]-f[1]) < 1e-9 }},
		{"one document", []float64{5}, [][]int8{east}, func(f []float64) bool { return len(f) == 1 && !math.IsNaN(f[0]) }},
		{"a vector of nothing", []float64{5, 1}, [][]int8{east, {0, 0, 0}}, func(f []float64) bool { return f[0] == 0 && f[1] == 0 }},
		{"only such", []float64{5, 1}, [][]int8{{0, 0, 0}, {0, 0, 0}}, func(f []float64) bool { return f == nil }},
		{"another length", []float64{5, 2, 1}, [][]int8{east, {1, 2}, west}, func(f []float64) bool { return f[0] > 0 && f[1] == 0 && f[2] < 0 }},
		{"one is not scored", []float64{5, 4, 1, 0}, [][]int8{east, nil, east, west}, func(f []float64) bool { return f[1] == 0 && f[2] > f[3] }},
		{"no vectors", []float64{5, 1}, [][]int8{{}, {}}, func(f []float64) bool { return f == nil }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, results, scores := withVectors(tt.logits, tt.vectors...)
			if f := centred(newBlend(Calibration{Logit: 1}, req, results, scores).feedbackOf(results, scores), results); !tt.want(f) {
				t.Errorf("%v", f)
			}
		})
	}
}

// slowFeedback is the formula as it is written down, with every vector from the centre.
func slowFeedback(b blend, results []api.Result, scores []*Score) []float64 {
	units, centre := make([][]float64, len(scores)), make([]float64, len(scores[0].Vector))
	for d, s := range scores {
		length := 0.0
		for _, x := range s.Vector {
			length += float64(x) * float64(x)
		}
		for i, x := range s.Vector {
			units[d] = append(units[d], float64(x)/math.Sqrt(length))
			centre[i] += units[d][i] / float64(len(scores)+5)
		}
	}
	for d := range units {
		length := 0.0
		for i := range centre {
			units[d][i] -= centre[i]
			length += units[d][i] * units[d][i]
		}
		for i := range centre {
			units[d][i] /= math.Sqrt(length)
		}
	}
	best := slices.Clone(results)
	slices.SortFunc(best, func(x, y api.Result) int { return b.compare(&x, &y) })
	best = best[:min(20, len(best))]
	good, sum := make([]float64, len(centre)), 0.0
	for i := range best {
		share := math.Exp(2 * (b.value(&best[i]) - b.value(&best[0])))
		sum += share
		for k, x := range units[best[i].Index] {
			good[k] += share * x
		}
	}
	out := make([]float64, len(scores))
	for d := range units {
		for k, x := range units[d] {
			out[d] += x * good[k] / sum
		}
	}
	return out
}

// TestFeedbackSlowly: the fast way is the slow one.
func TestFeedbackSlowly(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		n := 2 + random.IntN(40)
		logits, vectors := make([]float64, n), make([][]int8, n)
		for d := range n {
			logits[d], vectors[d] = 3*random.NormFloat64(), make([]int8, 32)
			for i := range vectors[d] {
				vectors[d][i] = int8(random.IntN(200) - 60)
			}
		}
		req, results, scores := withVectors(logits, vectors...)
		b := newBlend(Calibration{Logit: 1}, req, results, scores)
		got, want := b.feedbackOf(results, scores), slowFeedback(b, results, scores)
		for d := range want {
			if math.Abs(got[d]-want[d]) > 1e-9 {
				t.Fatalf("document %d of %d: %v, want %v", d, n, got[d], want[d])
			}
		}
	}
}

// TestFeedbackMovesNothingOnAverage, and one document by itself not at all: its relevance
// score hangs on no company.
func TestFeedbackMovesNothingOnAverage(t *testing.T) {
	c := Calibration{Logit: 1, Rarity: 10, Feedback: 3}
	for n := 1; n < 8; n++ {
		vectors, logits, rows := make([][]int8, n), make([]float64, n), make([][]float32, n)
		for d := range n {
			vectors[d], logits[d], rows[d] = []int8{int8(20 * d), 30, int8(d * d)}, float64(d), []float32{0.9, float32(d) / 8}
		}
		req, results, scores := withVectors(logits, vectors...)
		for d, s := range matched(rows...) {
			scores[d].Matches, scores[d].Weights = s.Matches, s.Weights
		}
		b, sum := newBlend(c, req, results, scores), 0.0
		for i := range results {
			sum += b.value(&results[i]) - *results[i].Logit
		}
		if math.Abs(sum) > 1e-9 {
			t.Errorf("%d documents are moved by %v together", n, sum)
		}
	}
}

// TestScaled: relevance scores move, the order stays, whatever makes the value.
func TestScaled(t *testing.T) {
	c := Calibration{Logit: 1, Rarity: 10, Heuristic: 2, FirstStage: 4, Feedback: 3, Shift: -1}
	vectors := [][]int8{{90, 10}, {80, 30}, {-50, 60}, {20, 90}}
	req, results, scores := withVectors([]float64{2, 1.5, 1.4, -1}, vectors...)
	for _, tt := range []struct{ a, b float64 }{{0.4, 2}, {3, -5}} {
		plain, scaled := newBlend(c, req, results, scores), newBlend(c.Scaled(tt.a, tt.b), req, results, scores)
		for i := range results {
			if got, want := scaled.value(&results[i]), tt.a*plain.value(&results[i])+tt.b; math.Abs(got-want) > 1e-9 {
				t.Errorf("a %v, b %v, document %d: %v, want %v", tt.a, tt.b, i, got, want)
			}
		}
	}
	if got, want := (Calibration{}).Scaled(2, 1), (Calibration{Logit: 2, Shift: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func BenchmarkFeedback(b *testing.B) {
	random := rand.New(rand.NewPCG(5, 6))
	logits, vectors := make([]float64, 100), make([][]int8, 100)
	for d := range vectors {
		logits[d], vectors[d] = random.NormFloat64(), make([]int8, 384)
		for i := range vectors[d] {
			vectors[d][i] = int8(random.IntN(255) - 127)
		}
	}
	req, results, scores := withVectors(logits, vectors...)
	for b.Loop() {
		newBlend(Calibration{Logit: 1, Feedback: 1}, req, results, scores)
	}
}

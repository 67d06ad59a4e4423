package answer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// judgedRequest has n documents that the first stage put in order. What the
// words say is noise and, as far as plain goes, that order; what the model says
// is the words and, as far as deep goes, that order.
func judgedRequest(n int, plain, deep float64) (*api.Request, []api.Result) {
	r := rand.New(rand.NewPCG(7, 8))
	logits, words := make([]float64, n), make([]float64, n)
	for i := range logits {
		place := -float64(i) / float64(n)
		words[i] = (1 + plain*place + (1-plain)*r.Float64()) / 2
		logits[i] = 4*words[i] + deep*place + r.Float64()
	}
	return scored(logits, words)
}

func TestAgreement(t *testing.T) {
	tests := []struct {
		name        string
		n           int
		plain, deep float64
		want        bool
	}{
		{"a retriever that reads", 100, 0, 3, true},
		{"of thirty scored", 30, 0, 3, true},
		{"of four scored", 4, 0, 3, false},
		{"of three scored", 3, 0, 3, false},
		{"a retriever that counts words", 100, 0.9, 0, false},
		{"one that knows nothing", 100, 0, 0, false},
		{"one that is wrong", 100, 0, -3, false},
		{"nothing scored", 0, 0, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, results := judgedRequest(tt.n, tt.plain, tt.deep)
			if got := agreement(priorsOf(ranksOf(req)), results); (got > 0) != tt.want || got > 1-agreementNoise {
				t.Errorf("agreement %v", got)
			}
		})
	}
}

// TestBlend: a supported first stage moves scores, by as much up as down, and one
// that is hidden moves none.
func TestBlend(t *testing.T) {
	c := Calibration{Logit: 1, Heuristic: 3, FirstStage: 8, Shift: -1}
	req, results := judgedRequest(60, 0, 3)
	plain := newBlend(Calibration{Logit: 1, Heuristic: 3, Shift: -1}, req, results, nil)
	given, sum := newBlend(c, req, results, nil), 0.0
	req.FirstStage = heuristics.Hidden
	hidden := newBlend(c, req, results, nil)
	for i := range results {
		r := &results[i]
		moved := given.value(r) - plain.value(r)
		sum += moved
		if hidden.value(r) != plain.value(r) || i == 0 && moved <= 0 || i == 59 && moved >= 0 {
			t.Errorf("document %d: %v plain, %v given, %v hidden", i, plain.value(r), given.value(r), hidden.value(r))
		}
	}
	if math.Abs(sum) > 1e-9 {
		t.Errorf("moved by %v together", sum)
	}
}

// TestBlendRanks: it is the rank that counts, not the place in the request.
func TestBlendRanks(t *testing.T) {
	c := Calibration{Logit: 1, FirstStage: 8}
	req, results := judgedRequest(60, 0, 3)
	want := newBlend(c, req, results, nil).value(&results[0])
	for i := range req.Documents {
		req.Documents[i].Rank = i + 1
	}
	last := len(results) - 1
	docs := req.Documents
	docs[0], docs[last] = docs[last], docs[0]
	results[0].Index, results[last].Index = last, 0
	if got := newBlend(c, req, results, nil).value(&results[0]); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestBlendOfSome: what has no logit does not count, and what has one stays where it
// is on average.
func TestBlendOfSome(t *testing.T) {
	c := Calibration{Logit: 1, FirstStage: 8}
	req, results := judgedRequest(100, 0, 3)
	for i := range results {
		if i >= 30 || i%3 == 2 {
			results[i].Logit = nil
		}
	}
	b, sum := newBlend(c, req, results, nil), 0.0
	for i := range results {
		if r := &results[i]; r.Logit != nil {
			sum += b.value(r) - *r.Logit
		}
	}
	if b.weight == 0 || math.Abs(sum) > 1e-9 {
		t.Errorf("weight %v, moved by %v together", b.weight, sum)
	}
	results[50].HeuristicScore = 0.9
	if again := newBlend(c, req, results, nil); again.weight != b.weight {
		t.Errorf("weight %v after a document without a logit changed, want %v", again.weight, b.weight)
	}
}

// TestMergeAgreement: a first stage that the logits bear out decides between
// documents that are alike to the model, and not where it is hidden.
func TestMergeAgreement(t *testing.T) {
	c := Calibration{Logit: 1, FirstStage: 8}
	req, results := judgedRequest(60, 0, 3)
	*results[40].Logit = *results[0].Logit + 1e-6
	place := func(index int) int {
		list := slices.Clone(results)
		list = merged(req, list, c, nil)
		return slices.IndexFunc(list, func(r api.Result) bool { return r.Index == index })
	}
	if place(0) > place(40) {
		t.Errorf("given: the retriever's first is at %d, its last but some at %d", place(0), place(40))
	}
	req.FirstStage = heuristics.Hidden
	if place(0) < place(40) {
		t.Errorf("hidden: the retriever's first is at %d, its last but some at %d", place(0), place(40))
	}
}

func BenchmarkBlend(b *testing.B) {
	req, results := judgedRequest(100, 0, 3)
	for b.Loop() {
		newBlend(Calibration{Logit: 1, FirstStage: 8}, req, results, nil)
	}
}

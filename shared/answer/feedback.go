package answer

import (
	"math"
	"slices"

	"github.com/splitrank/splitrank/shared/api"
)

// What feedback is made of. See RATIONALE: why-vectors-give-feedback.
const (
	// feedbackDocuments is how many of the best documents say what a good one is like.
	feedbackDocuments = 20
	// feedbackFall is how fast their say falls: by e^−2 a logit.
	feedbackFall = 2
)

// feedbackOf the documents that are scored, by index: the cosine of a document's vector to
// those of the best by all else, which count by e^(2 · value), all vectors from the centre of
// those that are scored (pseudo-relevance feedback after Rocchio, on vectors). NaN = the
// document has no vector; nil = none has.
func (b blend) feedbackOf(results []api.Result, scores []*Score) []float64 {
	v := centredVectorsOf(scores)
	if v == nil {
		return nil
	}
	return v.products(v.sum(b.mostValued(results, v)))
}

// weighted is a document and how much it counts.
type weighted struct {
	document int
	weight   float64
}

// mostValued documents that have a vector, with weights that are 1 together.
func (b blend) mostValued(results []api.Result, v *centredVectors) (best []weighted) {
	var scored []api.Result
	for _, r := range results {
		if r.Logit != nil && v.has(r.Index) {
			scored = append(scored, r)
		}
	}
	slices.SortFunc(scored, func(x, y api.Result) int { return b.compare(&x, &y) })
	sum := 0.0
	for i := range scored[:min(feedbackDocuments, len(scored))] {
		fall := feedbackFall * (b.value(&scored[i]) - b.value(&scored[0])) / b.calibration.Logit
		best = append(best, weighted{scored[i].Index, math.Exp(fall)})
		sum += best[i].weight
	}
	for i := range best {
		best[i].weight /= sum
	}
	return best
}

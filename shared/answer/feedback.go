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
	// feedbackFew documents more count in the centre of the vectors, at no place at all:
	// a few documents have no centre that says what they have in common.
	feedbackFew = 5
)

// feedbackOf the documents that are scored, by index: the cosine of a document's vector to
// those of the best by all else, which count by e^(2 · value), all vectors from the centre of
// those that are scored (pseudo-relevance feedback after Rocchio, on vectors). nil = the
// model has no vectors.
func (b blend) feedbackOf(results []api.Result, scores []*Score) []float64 {
	c := cloudOf(scores)
	if c == nil {
		return nil
	}
	good := c.sum(b.mostValued(results, c))
	feedback := make([]float64, len(scores))
	for d, s := range scores {
		if c.lengths[d] > 0 {
			feedback[d] = (float64(dot(s.Vector, good)*c.norms[d]) - product(c.centre, good)) / c.lengths[d]
		}
	}
	return feedback
}

// say of a document in the feedback.
type say struct {
	document int
	share    float64
}

// mostValued documents that have a vector, with shares that are 1 together.
func (b blend) mostValued(results []api.Result, c *cloud) (best []say) {
	var scored []api.Result
	for _, r := range results {
		if r.Logit != nil && c.lengths[r.Index] > 0 {
			scored = append(scored, r)
		}
	}
	slices.SortFunc(scored, func(x, y api.Result) int { return b.compare(&x, &y) })
	sum := 0.0
	for i := range scored[:min(feedbackDocuments, len(scored))] {
		share := math.Exp(float64(feedbackFall*(b.value(&scored[i])-b.value(&scored[0]))) / b.calibration.Logit)
		best, sum = append(best, say{scored[i].Index, share}), sum+share
	}
	for i := range best {
		best[i].share /= sum
	}
	return best
}

// cloud are the vectors of scored documents, each of length 1, around their centre.
type cloud struct {
	scores []*Score
	centre []float64
	// norms and lengths by document: 1 by the length of its vector as it came, and how far
	// from the centre it is; 0 = it has no vector, or stands in the centre.
	norms, lengths []float64
}

// tiny is a length that is none.
const tiny = 1e-6

// cloudOf the scores; nil = they have no vectors.
func cloudOf(scores []*Score) *cloud {
	c, n := &cloud{scores: scores, norms: make([]float64, len(scores)), lengths: make([]float64, len(scores))}, 0
	for d, s := range scores {
		if s == nil || len(s.Vector) == 0 || c.centre != nil && len(s.Vector) != len(c.centre) {
			continue
		}
		if c.centre == nil {
			c.centre = make([]float64, len(s.Vector))
		}
		if c.norms[d] = norm(s.Vector); c.norms[d] > 0 {
			add(c.centre, s.Vector, c.norms[d])
			n++
		}
	}
	for i := range c.centre {
		c.centre[i] /= float64(n + feedbackFew)
	}
	c.measure()
	if n == 0 {
		return nil
	}
	return c
}

// measure how far the vectors are from the centre: |v − c|² = 1 − 2 v·c + c·c.
func (c *cloud) measure() {
	own := product(c.centre, c.centre)
	for d, s := range c.scores {
		if c.norms[d] == 0 {
			continue
		}
		if square := 1 - float64(2*dot(s.Vector, c.centre)*c.norms[d]) + own; square > tiny {
			c.lengths[d] = math.Sqrt(square)
		}
	}
}

// sum of vectors from the centre, each made 1 long before it counts by its share.
func (c *cloud) sum(list []say) []float64 {
	sum, away := make([]float64, len(c.centre)), 0.0
	for _, s := range list {
		add(sum, c.scores[s.document].Vector, s.share*c.norms[s.document]/c.lengths[s.document])
		away += s.share / c.lengths[s.document]
	}
	for i := range sum {
		sum[i] -= float64(away * c.centre[i])
	}
	return sum
}

// norm is 1 by the length of a vector; 0 of one that is 0.
func norm(v []int8) float64 {
	square := 0
	for _, x := range v {
		square += int(x) * int(x)
	}
	if square == 0 {
		return 0
	}
	return 1 / math.Sqrt(float64(square))
}

func add(to []float64, v []int8, times float64) {
	to = to[:len(v)]
	for i, x := range v {
		to[i] += float64(float64(x) * times)
	}
}

func dot(v []int8, w []float64) (sum float64) {
	w = w[:len(v)]
	for i, x := range v {
		sum += float64(float64(x) * w[i])
	}
	return sum
}

func product(v, w []float64) (sum float64) {
	for i, x := range v {
		sum += float64(x * w[i])
	}
	return sum
}

package answer

import "math"

// fewVectors is how many vectors at no place count in the centre beside those that are
// there: a few have no centre that says what they have in common.
// See RATIONALE: why-vectors-give-feedback.
const fewVectors = 5

// centredVectors are those of scored documents, each of length 1, as they are seen from
// their centre.
type centredVectors struct {
	scores []*Score
	centre []float64
	// norms and distances by document: 1 by the length of its vector as it came, and how far
	// from the centre it is. 0 = it has no vector, or stands in the centre.
	norms, distances []float64
}

// tiny is the square of a distance that is none.
const tiny = 1e-6

// centredVectorsOf scores; nil = they have no vectors.
func centredVectorsOf(scores []*Score) *centredVectors {
	v := &centredVectors{scores: scores, norms: make([]float64, len(scores)), distances: make([]float64, len(scores))}
	if n := v.normalize(); n > 0 {
		v.findCentre(n)
		v.measure()
		return v
	}
	return nil
}

// normalize finds the norms of the vectors, all of the length of the first one, and says how
// many have one.
func (v *centredVectors) normalize() (n int) {
	for d, s := range v.scores {
		if s == nil || len(s.Vector) == 0 {
			continue
		}
		if v.centre == nil {
			v.centre = make([]float64, len(s.Vector))
		}
		if len(s.Vector) == len(v.centre) {
			v.norms[d] = norm(s.Vector)
		}
		if v.norms[d] > 0 {
			n++
		}
	}
	return n
}

func (v *centredVectors) findCentre(n int) {
	for d, s := range v.scores {
		if v.norms[d] > 0 {
			add(v.centre, s.Vector, v.norms[d])
		}
	}
	for i := range v.centre {
		v.centre[i] /= float64(n + fewVectors)
	}
}

// measure how far the vectors are from the centre: |v − c|² = 1 − 2 v·c + c·c.
func (v *centredVectors) measure() {
	own := product(v.centre, v.centre)
	for d, s := range v.scores {
		if v.norms[d] == 0 {
			continue
		}
		if square := 1 - float64(2*dot(s.Vector, v.centre)*v.norms[d]) + own; square > tiny {
			v.distances[d] = math.Sqrt(square)
		}
	}
}

// has says that a document has a vector, and one that is not the centre.
func (v *centredVectors) has(d int) bool { return v.distances[d] > 0 }

// products of another vector with those of the documents, from the centre and 1 long, by
// document. NaN = it has none.
func (v *centredVectors) products(w []float64) []float64 {
	products, own := nothingOf(v.scores), product(v.centre, w)
	for d, s := range v.scores {
		if v.has(d) {
			products[d] = (float64(dot(s.Vector, w)*v.norms[d]) - own) / v.distances[d]
		}
	}
	return products
}

// sum of weighted vectors, each from the centre and 1 long.
func (v *centredVectors) sum(list []weighted) []float64 {
	sum, away := make([]float64, len(v.centre)), 0.0
	for _, w := range list {
		times := w.weight / v.distances[w.document]
		add(sum, v.scores[w.document].Vector, times*v.norms[w.document])
		away += times
	}
	for i := range sum {
		sum[i] -= float64(away * v.centre[i])
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

// dot adds four sums at once, so that no sum waits for the one before it.
func dot(v []int8, w []float64) float64 {
	w = w[:len(v)]
	var sums [4]float64
	for len(v) >= 4 {
		for k := range sums {
			sums[k] += float64(float64(v[k]) * w[k])
		}
		v, w = v[4:], w[4:]
	}
	for i, x := range v {
		sums[0] += float64(float64(x) * w[i])
	}
	return (sums[0] + sums[1]) + (sums[2] + sums[3])
}

func product(v, w []float64) (sum float64) {
	for i, x := range v {
		sum += float64(x * w[i])
	}
	return sum
}

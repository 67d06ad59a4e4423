package maxsim

import (
	"encoding/binary"
	"fmt"
	"math"
)

const (
	// lanes is how many tokens of the query a kernel compares in one pass over a
	// token of a document.
	lanes = 4
	// pass is how many tokens of the query share one reading of a document.
	pass = 64
	// least similarity of a token, also where a document has no tokens. Training
	// clamps there, see train/recipe/late.py.
	least = -1
)

// A Query is a question prepared for comparison with documents of its layout. It
// is read only, so many goroutines may share it.
type Query struct {
	layout  Layout
	kernel  kernel
	weights []float64
	scales  []float64
	// packed holds the tokens as the vector kernels read them, quads as the
	// portable one does; see packVector and spreadQuery.
	packed []byte
	quads  []quad
	// bias undoes the offset of packed values, a value a token, padded to lanes.
	bias []int32

	mean      []int8
	meanScale float64
}

// A Similarity is what a comparison finds.
type Similarity struct {
	// Cosine of the means, 0 without.
	Cosine float64
	// Match is Σ wᵢ maxⱼ ⟨qᵢ, dⱼ⟩ over the tokens of query and document, where no
	// maximum is below -1. Without tokens in the document it is -Σ wᵢ.
	Match float64
}

// Query prepares the token vectors of a query, a weight for each, and its mean.
// Tokens of weight 0 are left out. It reports what Encode reports, and weights
// that are negative, not finite or beyond MaxValue.
func (l Layout) Query(tokens, weights, mean []float32) (*Query, error) {
	return l.query(fastest, tokens, weights, mean)
}

func (l Layout) query(k kernel, tokens, weights, mean []float32) (*Query, error) {
	n, err := l.measure(tokens, mean)
	if err != nil {
		return nil, err
	}
	if err := checkWeights(weights, n); err != nil {
		return nil, err
	}
	q := &Query{layout: l, kernel: k}
	q.prepare(q.take(tokens, weights))
	if l.MeanDimensions > 0 {
		var scale float32
		q.mean, scale = signed(mean)
		q.meanScale = float64(scale)
	}
	return q, nil
}

func checkWeights(weights []float32, tokens int) error {
	if len(weights) != tokens {
		return fmt.Errorf("there are %d weights for %d tokens", len(weights), tokens)
	}
	for i, w := range weights {
		if !(w >= 0 && w <= MaxValue) {
			return fmt.Errorf("the weight of token %d is %v", i, w)
		}
	}
	return nil
}

// take keeps weights and scales of the tokens that count, and returns the
// tokens in 8 bits.
func (q *Query) take(tokens, weights []float32) [][]int8 {
	var kept [][]int8
	for i, w := range weights {
		if w == 0 {
			continue
		}
		token, scale := signed(tokens[i*q.layout.Dimensions:][:q.layout.Dimensions])
		kept = append(kept, token)
		q.scales = append(q.scales, float64(scale))
		q.weights = append(q.weights, float64(w))
	}
	return kept
}

// signed makes a vector small in 8 bits.
func signed(vector []float32) ([]int8, float32) {
	scale := scaleOf(vector, 8)
	values := make([]int8, len(vector))
	for i, x := range vector {
		values[i] = rounded(x, scale, 127)
	}
	return values, scale
}

// prepare lays the tokens out for the kernel.
func (q *Query) prepare(tokens [][]int8) {
	q.bias = make([]int32, (len(tokens)+lanes-1)/lanes*lanes)
	for i, token := range tokens {
		q.bias[i] = -q.kernel.offset(q.layout.Bits) * total(token)
	}
	if q.kernel == portable {
		q.quads = spreadQuery(tokens, q.layout)
		return
	}
	q.packed = packVector(tokens, q.layout)
}

func total(values []int8) (sum int32) {
	for _, v := range values {
		sum += int32(v)
	}
	return sum
}

// CompareAll compares the query with documents that Check has passed, one result
// for each. It allocates nothing.
func (q *Query) CompareAll(to []Similarity, documents [][]byte) {
	to = to[:len(documents)]
	for i, d := range documents {
		to[i].Cosine, to[i].Match = q.Compare(d)
	}
}

// Compare returns both similarities with a document that Check has passed. It
// allocates nothing.
func (q *Query) Compare(document []byte) (cosine, match float64) {
	return q.cosine(document), q.match(document, nil)
}

// CompareEach is Compare, and writes into each, of Tokens values, what it finds for every
// token of the query: maxⱼ ⟨qᵢ, dⱼ⟩, never below -1, and above 1 by no more than rounding.
func (q *Query) CompareEach(document []byte, each []float32) (cosine, match float64) {
	return q.cosine(document), q.match(document, each[:len(q.weights)])
}

// Tokens of the query that have a weight.
func (q *Query) Tokens() int { return len(q.weights) }

// Weights of the Tokens. The caller must not change them.
func (q *Query) Weights() []float64 { return q.weights }

func (q *Query) cosine(document []byte) float64 {
	if len(q.mean) == 0 {
		return 0
	}
	scale := float64(readScale(document[headerSize:]))
	values := document[headerSize+scaleSize:][:len(q.mean)]
	return float64(dot(q.mean, values)) * float64(scale*q.meanScale)
}

// dot is exact: at most MaxDimensions products below 2¹⁴.
func dot(a []int8, b []byte) (sum int32) {
	b = b[:len(a)]
	for i, v := range a {
		sum += int32(v) * int32(int8(b[i]))
	}
	return sum
}

// match adds the tokens up in their order; each takes what is found for them, or is nil.
func (q *Query) match(document []byte, each []float32) (sum float64) {
	n := int(binary.LittleEndian.Uint32(document[countAt:]))
	if n == 0 {
		return q.without(each)
	}
	scales := document[q.layout.scalesAt():][:n*scaleSize]
	values := document[q.layout.valuesAt(n):][:n*q.layout.row()]
	var best [pass]float32
	for from := 0; from < len(q.weights); from += pass {
		to := min(from+pass, len(q.weights))
		q.best(&best, from, to, scales, values)
		for i, b := range best[:to-from] {
			near := max(float64(float64(b)*q.scales[from+i]), least)
			sum += float64(near * q.weights[from+i])
			if each != nil {
				each[from+i] = float32(near)
			}
		}
	}
	return sum
}

// without is the match with a document that has no tokens.
func (q *Query) without(each []float32) (sum float64) {
	for _, w := range q.weights {
		sum += float64(least * w)
	}
	for i := range each {
		each[i] = least
	}
	return sum
}

// best finds, for tokens from to to of the query, the largest product of a dot
// product with the scale of the document's token. A dot product is at most
// 1024·127·128 < 2²⁴, so a float32 holds it and only the product rounds.
func (q *Query) best(best *[pass]float32, from, to int, scales, values []byte) {
	for i := range best {
		best[i] = -math.MaxFloat32
	}
	if q.kernel == portable {
		q.bestPortable(best, from, to, scales, values)
		return
	}
	q.bestVector(best, from, to, scales, values)
}

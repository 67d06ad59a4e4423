package maxsim

import (
	"math/rand/v2"
	"testing"
)

// kernels are all that this processor has.
func kernels() []kernel {
	if fastest == portable {
		return []kernel{portable}
	}
	return []kernel{portable, fastest}
}

// A maker makes texts, the same for the same seed.
type maker struct {
	*rand.Rand
	Layout
}

func newMaker(seed uint64, l Layout) maker {
	return maker{rand.New(rand.NewPCG(seed, seed)), l}
}

// text makes n tokens of one of several kinds: ordinary values, zeros, the
// largest of either sign everywhere, and values of very different size.
func (m maker) text(n int) text {
	t := text{tokens: make([]float32, n*m.Dimensions), weights: make([]float32, n), mean: make([]float32, m.MeanDimensions)}
	for i := range n {
		m.fill(t.tokens[i*m.Dimensions:][:m.Dimensions])
		t.weights[i] = []float32{0, 0.25, 1, m.Float32()}[m.IntN(4)]
	}
	m.fill(t.mean)
	return t
}

func (m maker) fill(vector []float32) {
	kind, sign := m.IntN(7), float32(1-2*m.IntN(2))
	for i := range vector {
		vector[i] = m.value(kind, sign)
	}
}

func (m maker) value(kind int, sign float32) float32 {
	switch kind {
	case 0:
		return 0
	case 1:
		return sign
	case 2:
		return sign * MaxValue
	case 3:
		return float32(m.NormFloat64()) * 1e-44 // subnormal
	case 4:
		return float32(m.IntN(15)-7) / 14 // halves
	default:
		return float32(m.NormFloat64()) / 11
	}
}

func (m maker) encode(t testing.TB, d text) []byte {
	t.Helper()
	form, err := m.Encode(nil, d.tokens, d.mean, false)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func (m maker) query(t testing.TB, k kernel, q text) *Query {
	t.Helper()
	made, err := m.Layout.query(k, q.tokens, q.weights, q.mean)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

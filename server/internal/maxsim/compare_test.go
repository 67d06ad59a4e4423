package maxsim

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// layouts are some of every shape: one block, odd blocks, several chunks.
var layouts = []Layout{
	{32, 4, 0}, {32, 8, 32}, {64, 4, 384}, {96, 4, 32}, {96, 8, 0}, {128, 4, 128}, {128, 8, 384},
	{256, 4, 0}, {288, 4, 0}, {320, 4, 1024}, {384, 8, 384}, {544, 4, 0}, {768, 8, 0}, {992, 4, 0}, {1024, 4, 1024}, {1024, 8, 1024},
}

// counts of tokens: none, odd ones, more than a pass.
var counts = []int{0, 1, 2, 3, 4, 5, 7, 10, 33, pass, pass + 1, 2*pass + 3}

func TestCompareEqualsOracle(t *testing.T) {
	for i, l := range layouts {
		for j, n := range counts {
			m := newMaker(uint64(100*i+j), l)
			query, document := m.text(n), m.text(counts[(i+5*j)%len(counts)])
			compareAll(t, m, query, document)
		}
	}
}

// compareAll holds every kernel to the oracle, bit by bit.
func compareAll(t *testing.T, m maker, query, document text) {
	t.Helper()
	want, form := oracle(m.Layout, query, document), m.encode(t, document)
	if err := m.Check(form); err != nil {
		t.Fatalf("%+v: %v", m.Layout, err)
	}
	for _, k := range kernels() {
		cosine, match := m.query(t, k, query).Compare(form)
		if !same(cosine, want.Cosine) || !same(match, want.Match) {
			t.Errorf("%v, %+v, %d tokens with %d: cosine %v, match %v, want %+v", k, m.Layout, len(query.weights), m.Tokens(form), cosine, match, want)
		}
		compareEach(t, m, m.query(t, k, query), form, want)
	}
}

// compareEach holds the matches of single tokens to the sum that they make.
func compareEach(t *testing.T, m maker, q *Query, form []byte, want Similarity) {
	t.Helper()
	each, sum := make([]float32, q.Tokens()), 0.0
	if cosine, match := q.CompareEach(form, each); !same(cosine, want.Cosine) || !same(match, want.Match) {
		t.Errorf("%+v: cosine %v, match %v of each token, want %+v", m.Layout, cosine, match, want)
	}
	for i, w := range q.Weights() {
		sum += w * float64(each[i])
	}
	if math.Abs(sum-want.Match) > 1e-5*math.Max(1, math.Abs(want.Match)) {
		t.Errorf("%+v: the tokens make %v together, want %v", m.Layout, sum, want.Match)
	}
}

// TestCompareEach: each token has the match that it has alone.
func TestCompareEach(t *testing.T) {
	for i, l := range layouts {
		m := newMaker(uint64(i), l)
		whole, form := m.text(7), m.encode(t, m.text(9))
		for _, k := range kernels() {
			q := m.query(t, k, whole)
			each := make([]float32, q.Tokens())
			q.CompareEach(form, each)
			for token, at := 0, 0; token < 7; token++ {
				if whole.weights[token] == 0 {
					continue
				}
				alone := text{tokens: whole.tokens[token*l.Dimensions:][:l.Dimensions], weights: []float32{1}, mean: whole.mean}
				if _, match := m.query(t, k, alone).Compare(form); each[at] != float32(match) {
					t.Errorf("%v, %+v, token %d: %v, alone %v", k, l, token, each[at], match)
				}
				at++
			}
		}
	}
}

// TestAppendMean: it is the mean as it is kept, behind what was there.
func TestAppendMean(t *testing.T) {
	for i, l := range layouts {
		m := newMaker(uint64(i), l)
		document := m.text(3)
		values, _ := small(document.mean, 127)
		want := []int8{5}
		for _, v := range values {
			want = append(want, int8(v))
		}
		if got := l.AppendMean([]int8{5}, m.encode(t, document)); !slices.Equal(got, want) {
			t.Errorf("%+v: %v, want %v", l, got, want)
		}
	}
}

func same(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

// TestCompareExtremes: the largest products of every sign, in every dimension,
// also with the value -8 or -128, which Encode never writes.
func TestCompareExtremes(t *testing.T) {
	for _, l := range layouts {
		for _, signs := range [][2]float32{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
			m := newMaker(1, l)
			compareAll(t, m, even(l, 3, signs[0]), even(l, 5, signs[1]))
		}
		for _, k := range kernels() {
			m := newMaker(1, l)
			form := m.encode(t, even(l, 1, 1))
			for i := l.valuesAt(1); i < len(form); i++ {
				form[i] = map[int]byte{4: 0, 8: 128}[l.Bits]
			}
			value := map[int]float32{4: -8 / 7., 8: -128 / 127.}[l.Bits]
			_, match := m.query(t, k, even(l, 1, -1)).Compare(form)
			if want := -float64(value) * float64(l.Dimensions); math.Abs(match/want-1) > 1e-6 {
				t.Errorf("%v, %+v: match %v, want %v", k, l, match, want)
			}
		}
	}
}

// even is a text of n equal tokens of one value, with the weight 1.
func even(l Layout, n int, value float32) text {
	t := text{tokens: make([]float32, n*l.Dimensions), weights: make([]float32, n), mean: make([]float32, l.MeanDimensions)}
	for _, vector := range [][]float32{t.tokens, t.mean} {
		for i := range vector {
			vector[i] = value
		}
	}
	for i := range t.weights {
		t.weights[i] = 1
	}
	return t
}

func TestCompareWithoutTokens(t *testing.T) {
	l := Layout{Dimensions: 32, Bits: 4, MeanDimensions: 32}
	m := newMaker(1, l)
	for _, tt := range []struct {
		name            string
		query, document text
		want            Similarity
	}{
		{"the document has none", even(l, 2, 1), text{mean: make([]float32, 32)}, Similarity{0, -2}},
		{"the query has none", text{mean: make([]float32, 32)}, even(l, 2, 1), Similarity{0, 0}},
		{"all weights are 0", text{make([]float32, 64), []float32{0, 0}, make([]float32, 32)}, even(l, 2, 1), Similarity{0, 0}},
		{"far below -1", even(l, 1, 3), even(l, 1, -3), Similarity{-288, -1}},
		{"zeros", even(l, 1, 0), even(l, 1, 0), Similarity{0, 0}},
	} {
		for _, k := range kernels() {
			cosine, match := m.query(t, k, tt.query).Compare(m.encode(t, tt.document))
			if math.Abs(cosine-tt.want.Cosine) > 1e-4 || match != tt.want.Match {
				t.Errorf("%s, %v: cosine %v, match %v, want %+v", tt.name, k, cosine, match, tt.want)
			}
		}
	}
}

// TestCompareIsClose: what is made small is near what it was.
func TestCompareIsClose(t *testing.T) {
	for _, tt := range []struct {
		bits int
		most float64
	}{{4, 0.03}, {8, 0.002}} {
		l := Layout{Dimensions: 128, Bits: tt.bits, MeanDimensions: 128}
		m := newMaker(7, l)
		query, document := m.units(10), m.units(150)
		cosine, match := m.query(t, fastest, query).Compare(m.encode(t, document))
		var want float64
		for i, w := range query.weights {
			want += float64(w) * nearest(query.tokens[i*128:][:128], document.tokens)
		}
		if exact := floatDot(query.mean, document.mean); math.Abs(cosine-exact) > 0.002 || math.Abs(match-want) > tt.most {
			t.Errorf("%d bits: cosine %v, match %v, want %v, %v", tt.bits, cosine, match, exact, want)
		}
	}
}

// units makes a text of tokens of unit length whose weights are equal.
func (m maker) units(n int) text {
	t := even(m.Layout, n, 0)
	for i := range n {
		m.unit(t.tokens[i*m.Dimensions:][:m.Dimensions])
		t.weights[i] = 1 / float32(n)
	}
	m.unit(t.mean)
	return t
}

func (m maker) unit(vector []float32) {
	var sum float64
	for i := range vector {
		vector[i] = float32(m.NormFloat64())
		sum += float64(vector[i]) * float64(vector[i])
	}
	for i := range vector {
		vector[i] /= float32(math.Sqrt(sum))
	}
}

func nearest(token, tokens []float32) float64 {
	best := math.Inf(-1)
	for i := 0; i < len(tokens); i += len(token) {
		best = max(best, floatDot(token, tokens[i:][:len(token)]))
	}
	return best
}

func floatDot(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestCompareAllocatesNothing(t *testing.T) {
	for _, l := range []Layout{{128, 4, 384}, {128, 8, 384}} {
		m := newMaker(1, l)
		documents := [][]byte{m.encode(t, m.units(150)), m.encode(t, m.units(3))}
		to := make([]Similarity, len(documents))
		for _, k := range kernels() {
			q := m.query(t, k, m.units(70))
			if n := testing.AllocsPerRun(10, func() { q.CompareAll(to, documents) }); n != 0 {
				t.Errorf("%v, %+v: %v allocations", k, l, n)
			}
			for i, d := range documents {
				if cosine, match := q.Compare(d); to[i] != (Similarity{cosine, match}) {
					t.Errorf("%v: together %+v, alone %v, %v", k, to[i], cosine, match)
				}
			}
		}
	}
}

func FuzzCompare(f *testing.F) {
	for i := range layouts {
		f.Add(uint64(i), uint16(i), uint16(i), uint16(i%2), uint8(10), uint8(20))
	}
	f.Fuzz(func(t *testing.T, seed uint64, dimensions, mean, bits uint16, queryTokens, documentTokens uint8) {
		l := Layout{block * (1 + int(dimensions)%32), 4 + 4*int(bits%2), block * (int(mean) % 33)}
		m := newMaker(seed, l)
		compareAll(t, m, m.text(int(queryTokens)), m.text(int(documentTokens)))
	})
}

func BenchmarkCompare(b *testing.B) {
	for _, l := range []Layout{{128, 4, 128}, {128, 8, 128}, {96, 4, 96}, {384, 8, 384}} {
		m := newMaker(1, l)
		documents := make([][]byte, 100)
		for i := range documents {
			documents[i] = m.encode(b, m.units(150))
		}
		to := make([]Similarity, len(documents))
		for _, k := range kernels() {
			b.Run(fmt.Sprintf("%d×%d bits/%v", l.Dimensions, l.Bits, k), func(b *testing.B) {
				q := m.query(b, k, m.units(10))
				b.ReportAllocs()
				for b.Loop() {
					q.CompareAll(to, documents)
				}
			})
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	m := newMaker(1, Layout{128, 4, 128})
	t := m.units(150)
	form := m.encode(b, t)
	b.ReportAllocs()
	for b.Loop() {
		form, _ = m.Encode(form[:0], t.tokens, t.mean, false)
	}
}

func BenchmarkQuery(b *testing.B) {
	m := newMaker(1, Layout{128, 4, 128})
	t := m.units(10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Query(t.tokens, t.weights, t.mean); err != nil {
			b.Fatal(err)
		}
	}
}

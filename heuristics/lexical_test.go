package heuristics

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// counts are saturated counts, by document and term; 0 where it is not held.
type counts [][]float64

// fit hands them to a lexical and answers what it leaves open.
func (c counts) fit() float64 {
	var l lexical
	l.reset(len(c[0]))
	for rank, row := range c {
		for term, v := range row {
			if v > 0 {
				l.add(int32(term), int32(rank+1), Score(v*float64(One)))
			}
		}
	}
	return l.unexplained(len(c)).Float()
}

// slowUnexplained is the same from its documentation, in floating point and
// with all columns centred.
func slowUnexplained(c counts) float64 {
	n, terms := len(c), len(c[0])
	y, columns := make([]float64, n), make([][]float64, terms)
	for i := range y {
		y[i] = float64(n-1-2*i) / float64(n-1)
	}
	for k := range columns {
		mean := 0.0
		for i := range c {
			mean += c[i][k] / float64(n)
		}
		for i := range c {
			columns[k] = append(columns[k], c[i][k]-mean)
		}
	}
	all, weights := dot(y, y), make([]float64, terms)
	for range fitRounds {
		for k, x := range columns {
			change := max(dot(x, y)/(dot(x, x)+1), -weights[k])
			weights[k] += change
			for i := range y {
				y[i] -= change * x[i]
			}
		}
	}
	free := float64(n - 1)
	for _, w := range weights {
		if w > 1e-4 {
			free -= 0.5
		}
	}
	return min(1, dot(y, y)/all*float64(n-1)/free)
}

func dot(x, y []float64) (sum float64) {
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

// randomCounts of n documents, best first by the given weights of the terms, or
// in any order where there are none.
func randomCounts(rng *rand.Rand, n, terms int, weights []float64) counts {
	c := make(counts, n)
	for i := range c {
		c[i] = make([]float64, terms)
		for k := range c[i] {
			if tf := float64(rng.IntN(5)); tf > 1 {
				c[i][k] = tf / (tf + 1.2)
			}
		}
	}
	if weights != nil {
		slices.SortStableFunc(c, func(a, b []float64) int { return cmp.Compare(dot(b, weights), dot(a, weights)) })
	}
	return c
}

// TestUnexplained compares with the slow way, and knows an order that counted
// words, with whatever weights, from one that did not.
func TestUnexplained(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, c := range []struct {
		name        string
		counts      counts
		least, most float64
	}{
		{"equal weights", randomCounts(rng, 100, 4, []float64{1, 1, 1, 1}), 0, 0.3},
		{"weights far apart", randomCounts(rng, 100, 4, []float64{9, 3, 1, 0}), 0, 0.3},
		{"one term", randomCounts(rng, 100, 1, []float64{1}), 0, 0.4},
		{"any order", randomCounts(rng, 100, 4, nil), 0.85, 1},
		{"any order of many terms", randomCounts(rng, 100, 40, nil), 0.6, 1},
		{"against the words", randomCounts(rng, 100, 2, []float64{-1, -1}), 1, 1},
		{"a thousand", randomCounts(rng, 1000, 6, []float64{1, 2, 3, 4, 5, 6}), 0, 0.3},
		{"two documents", counts{{0.5}, {0}}, 0, 1},
		{"two documents and five terms", counts{{0.5, 0.6, 0.7, 0.5, 0.5}, {0, 0, 0, 0, 0}}, 0, 0.1},
		{"no term is held", counts{{0}, {0}, {0}}, 1, 1},
		{"all hold the same", counts{{0.5}, {0.5}, {0.5}}, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.counts.fit()
			if got < c.least || got > c.most {
				t.Errorf("%.4f is unexplained, want %.2f to %.2f", got, c.least, c.most)
			}
			if want := slowUnexplained(c.counts); math.Abs(got-want) > 0.01 {
				t.Errorf("%.4f is unexplained, the slow way says %.4f", got, want)
			}
		})
	}
}

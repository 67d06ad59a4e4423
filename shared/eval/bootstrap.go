package eval

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Resamples of one bootstrap. At 5,000 the ends of a 95 % interval move by
// about 2 % of its width when the seed changes.
const Resamples = 5000

// seed is fixed, so that the same measurements give the same interval.
const seed = 0x5eed

// Difference says how much a measure changed and how sure that is.
type Difference struct {
	// Mean of after - before.
	Mean float64 `json:"mean"`
	// Low and High enclose Mean with the confidence asked for, 95 % by Compare.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Relative is Mean divided by the mean before; nil where that is 0.
	Relative *float64 `json:"relative"`
}

// Pair holds one measure of the same queries before and after a change.
type Pair struct{ Before, After []float64 }

// Compare estimates the change of a mean by a paired bootstrap: queries are
// drawn with replacement, both their values together, and the interval is the
// 2.5th to the 97.5th percentile of the drawn means. Several pairs are several
// collections: each is drawn by itself and weighs the same. It fails where a
// pair is empty or its sides differ in length.
// See RATIONALE: why-the-mean-resamples-each-collection.
func Compare(pairs ...Pair) (Difference, error) { return CompareAt(0.95, pairs...) }

// CompareAt is Compare with another confidence than 95 %, above 0 and below 1.
// The ends of the interval at 2c − 1 are bounds on one side at c.
func CompareAt(confidence float64, pairs ...Pair) (Difference, error) {
	if !(confidence > 0 && confidence < 1) {
		return Difference{}, fmt.Errorf("comparing with a confidence of %v: want it between 0 and 1", confidence)
	}
	var before float64
	changes := make([][]float64, len(pairs))
	for i, p := range pairs {
		if len(p.Before) != len(p.After) || len(p.Before) == 0 {
			return Difference{}, fmt.Errorf("comparing %d values with %d", len(p.Before), len(p.After))
		}
		changes[i] = subtract(p.After, p.Before)
		before += Mean(p.Before) / float64(len(pairs))
	}
	d := Difference{Mean: meanOfMeans(changes)}
	d.Low, d.High = interval(changes, confidence)
	if before != 0 {
		relative := d.Mean / before
		d.Relative = &relative
	}
	return d, nil
}

func subtract(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	return d
}

func meanOfMeans(groups [][]float64) float64 {
	means := make([]float64, len(groups))
	for i, g := range groups {
		means[i] = Mean(g)
	}
	return Mean(means)
}

// interval is the percentile interval of the mean of the groups' means.
func interval(groups [][]float64, confidence float64) (low, high float64) {
	random := rand.NewPCG(seed, seed)
	means := make([]float64, Resamples)
	for i := range means {
		for _, g := range groups {
			means[i] += drawnMean(g, random) / float64(len(groups))
		}
	}
	slices.Sort(means)
	tail := (1 - confidence) / 2
	return Percentile(means, tail), Percentile(means, 1-tail)
}

// drawnMean is the mean of as many values as there are, drawn with replacement.
func drawnMean(values []float64, random *rand.PCG) float64 {
	sum := 0.0
	for range values {
		i, _ := bits.Mul64(random.Uint64(), uint64(len(values)))
		sum += values[i]
	}
	return sum / float64(len(values))
}

package eval

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// slowChosenNDCG tries every choice.
func slowChosenNDCG(r Ranked, n, k int) float64 {
	best, all := 0.0, len(r.grades)
	for choice := range uint(1) << all {
		if bits.OnesCount(choice) != min(n, all) {
			continue
		}
		chosen := r
		chosen.grades = slices.Clone(r.grades[:0:0])
		for i, grade := range r.grades {
			if choice>>i&1 == 1 {
				chosen.grades = append(chosen.grades, grade)
			}
		}
		best = max(best, chosen.NDCG(k))
	}
	return best
}

func TestChosenNDCG(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 3))
		r := Ranked{minGrade: 1}
		for range rng.IntN(9) {
			r.grades = append(r.grades, max(rng.IntN(5)-2, 0))
		}
		r.ideal = append(slices.Clone(r.grades), 1)
		slices.SortFunc(r.ideal, func(a, b int) int { return b - a })
		n, k := rng.IntN(10), 1+rng.IntN(5)
		if got, want := r.ChosenNDCG(n, k), slowChosenNDCG(r, n, k); math.Abs(got-want) > 1e-12 {
			t.Errorf("seed %d: %d of %v at %d: %v, want %v", seed, n, r.grades, k, got, want)
		}
	}
}

func TestChosenNDCGOfEverything(t *testing.T) {
	r := Judge([]string{"a", "b", "c", "d"}, Grades{"b": 2, "d": 1, "x": 1}, 1)
	if got := r.ChosenNDCG(9, 10); got != r.NDCG(10) {
		t.Errorf("%v, want %v", got, r.NDCG(10))
	}
	if got := (Ranked{}).ChosenNDCG(3, 10); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

package answer

import (
	"cmp"
	"math"
	"slices"
)

// partial correlation of a and b given c (Yule 1907), which of ranks is
// Spearman's; 0 where c leaves nothing of one of them. Products are rounded
// before they are added, as in all that decides an order, so that no processor
// fuses them.
func partial(a, b, c []float64) float64 {
	const least = 1e-9
	ab, ac, bc := correlation(a, b), correlation(a, c), correlation(b, c)
	left := (1 - float64(ac*ac)) * (1 - float64(bc*bc))
	if left < least {
		return 0
	}
	return (ab - float64(ac*bc)) / math.Sqrt(left)
}

// correlation of two lists whose means are 0 (Pearson's), 0 where one is
// constant.
func correlation(a, b []float64) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i] * b[i])
		aa += float64(a[i] * a[i])
		bb += float64(b[i] * b[i])
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// ranks of values around their middle, 0. Equal values share their mean rank.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	ranks, middle := make([]float64, len(values)), float64(len(values)-1)/2
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranks[i] = float64(from+to-1)/2 - middle
		}
		from = to
	}
	return ranks
}

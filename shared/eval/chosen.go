package eval

import "math"

// ChosenNDCG is the largest NDCG(k) that n of the ranking's documents can have
// without changing their order: what the best possible choice of n documents
// would reach if whoever made the ranking ordered them. With all documents
// there is no choice and it is NDCG(k).
func (r Ranked) ChosenNDCG(n, k int) float64 {
	best := dcg(r.ideal, k)
	if best == 0 {
		return 0
	}
	n = min(max(n, 0), len(r.grades))
	k = min(k, n)
	// The first k of the choice leave n-k documents to come behind them.
	return chosenDCG(r.grades[:len(r.grades)-(n-k)], k) / best
}

// chosenDCG is the largest DCG of k of the grades in their order.
func chosenDCG(grades []int, k int) float64 {
	best := make([]float64, k+1) // of so many of the grades so far
	for i := range k {
		best[i+1] = math.Inf(-1)
	}
	for _, grade := range grades {
		for place := k; place > 0; place-- {
			best[place] = max(best[place], best[place-1]+float64(grade)/math.Log2(float64(place+1)))
		}
	}
	return best[k]
}

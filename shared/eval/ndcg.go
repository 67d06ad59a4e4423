package eval

import "math"

// NDCG is the discounted cumulative gain of the first k, divided by that of
// the best order of all judged documents: gain = grade, discount =
// log2(rank + 1), as trec_eval's ndcg_cut. It is 0 where nothing is relevant.
func (r Ranked) NDCG(k int) float64 {
	best := dcg(r.ideal, k)
	if best == 0 {
		return 0
	}
	return dcg(r.grades, k) / best
}

func dcg(grades []int, k int) float64 {
	sum := 0.0
	for i, grade := range grades[:min(k, len(grades))] {
		sum += float64(grade) / math.Log2(float64(i+2))
	}
	return sum
}

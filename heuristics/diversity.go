package heuristics

// DiverseDepth is how many of the best documents diversity re-orders; the
// rest keep their order, because the cost grows with the square.
const DiverseDepth = 100

// Diversify re-orders documents of the last call by maximal marginal relevance
// (Carbonell and Goldstein 1998): each next one has the largest
//
//	(1−d)·score/best score − d·(largest cosine to one already chosen)
//
// for a diversity d from 0 to 1; lambda is 1−d. Items stand in the order of
// their scores, best first, which may come from elsewhere and stay as they are:
// with diversity the order is the answer. Beyond DiverseDepth nothing moves.
func (r *Ranker) Diversify(items []Item, diversity float64) {
	n := min(len(items), DiverseDepth)
	if n == 0 {
		return
	}
	d, top := Score(diversity*float64(One)), items[0].Score
	items = items[:n]
	r.nearest = zeroed(r.nearest, n)
	for at := range n - 1 {
		r.choose(items[at:], r.nearest[at:], d, top)
		r.approach(items[at], items[at+1:], r.nearest[at+1:])
	}
}

// choose moves the item of the largest margin to the front and keeps the
// others in order.
func (r *Ranker) choose(items []Item, nearest []Score, d, top Score) {
	best, most := 0, Score(-2*One)
	for i := range items {
		margin := mul(One-d, share(items[i].Score, top)) - mul(d, nearest[i])
		if margin > most {
			best, most = i, margin
		}
	}
	chosen, near := items[best], nearest[best]
	copy(items[1:], items[:best])
	copy(nearest[1:], nearest[:best])
	items[0], nearest[0] = chosen, near
}

// approach raises the others' largest cosine by that to the chosen item.
func (r *Ranker) approach(chosen Item, others []Item, nearest []Score) {
	d := &r.docs[chosen.Index]
	r.vectors.addToCentroid(d, One)
	for i := range others {
		nearest[i] = max(nearest[i], clamp(r.vectors.similarity(&r.docs[others[i].Index])))
	}
	r.vectors.removeFromCentroid(d)
}

// Similarity of two documents of the last call, by their index: the cosine of
// their words, from 0 to One, as diversity measures it.
func (r *Ranker) Similarity(i, j int) Score {
	a := &r.docs[i]
	r.vectors.addToCentroid(a, One)
	near := clamp(r.vectors.similarity(&r.docs[j]))
	r.vectors.removeFromCentroid(a)
	return near
}

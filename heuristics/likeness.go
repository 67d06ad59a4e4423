package heuristics

import (
	"cmp"
	"slices"
)

// likenessWeight of the likeness to good documents beside the score's share of the best
// one. See RATIONALE: why-likeness-chooses-the-second-half.
const likenessWeight = One

// ChosenByWords reports that the last Trim chose by scores, not the retriever's best only.
func (r *Ranker) ChosenByWords() bool { return r.byScore }

// Like chooses among documents of the last call the n that are most worth an expensive
// score once some are known to be good: by
//
//	score/best score + mean cosine to the good ones
//
// the best first, ties by first-stage rank (adaptive re-ranking after MacAvaney et al.
// 2022, whose neighbours are those of a graph). Documents go by their index.
func (r *Ranker) Like(good, among []int, n int) []int {
	for _, i := range good {
		r.vectors.addToCentroid(&r.docs[i], One/Score(len(good)))
	}
	top := r.items[0].Score
	values := make(map[int]Score, len(among))
	for _, i := range among {
		d := &r.docs[i]
		values[i] = share(d.score, top) + mul(likenessWeight, clamp(r.vectors.similarity(d)))
	}
	for _, i := range good {
		r.vectors.removeFromCentroid(&r.docs[i])
	}
	chosen := slices.Clone(among)
	slices.SortFunc(chosen, func(x, y int) int {
		return cmp.Or(cmp.Compare(values[y], values[x]), cmp.Compare(r.docs[x].rank, r.docs[y].rank))
	})
	return chosen[:min(n, len(chosen))]
}

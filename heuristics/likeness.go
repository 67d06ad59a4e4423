package heuristics

import (
	"cmp"
	"slices"
)

// likenessWeight of the mean cosine to good documents, where the best of all has 1 for its
// worth: see RATIONALE: why-likeness-chooses-the-second-half.
const likenessWeight = 2

// ChosenByWords reports that the last Trim chose by scores, not the retriever's best only.
func (r *Ranker) ChosenByWords() bool { return r.byScore }

// Like chooses among documents of the last call the n that are most worth an expensive
// score once some are known to be good: by
//
//	worth/largest worth + 2 · mean cosine to the good ones
//
// the best first, ties by first-stage rank (adaptive re-ranking after MacAvaney et al.
// 2022, whose neighbours are those of a graph). Documents go by their index, and worth is
// by document, one for each of the last call, which had some: a score of this package's or
// another one, 0 or more.
// See RATIONALE: why-likeness-chooses-the-second-half.
func (r *Ranker) Like(good, among []int, worth []Score, n int) []int {
	for _, i := range good {
		r.vectors.addToCentroid(&r.docs[i], One/Score(len(good)))
	}
	top, values := slices.Max(worth), make(map[int]Score, len(among))
	for _, i := range among {
		values[i] = share(worth[i], top) + likenessWeight*clamp(r.vectors.similarity(&r.docs[i]))
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

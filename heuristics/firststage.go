package heuristics

import (
	"cmp"
	"slices"
)

// OrderByFirstStage are the indices of the documents in the order of the first
// stage, the best first: by Rank, those without one behind all that have one,
// and by position where that is equal or the order is Hidden.
func OrderByFirstStage(docs []Document, first FirstStage) []int {
	order := positions(make([]int, 0, len(docs)), docs)
	if first == Given {
		sortByRank(order, docs)
	}
	return order
}

// positions fills order with the index of every document.
func positions[I int | int32](order []I, docs []Document) []I {
	order = order[:0]
	for i := range docs {
		order = append(order, I(i))
	}
	return order
}

// sortByRank brings positions into the order of Document.Rank.
func sortByRank[I int | int32](order []I, docs []Document) {
	if slices.ContainsFunc(docs, func(d Document) bool { return d.Rank != 0 }) {
		slices.SortFunc(order, func(a, b I) int {
			return cmp.Or(cmp.Compare(uint(docs[a].Rank-1), uint(docs[b].Rank-1)), cmp.Compare(a, b)) // no rank becomes the last
		})
	}
}

// rankFirstStage orders the documents as the first stage did and gives each
// its rank from 1 to n and the signal 1 − log(rank)/log(n+1).
func (r *Ranker) rankFirstStage(docs []Document) {
	r.byRank = positions(r.byRank, docs)
	sortByRank(r.byRank, docs)
	all := log2(uint64(len(docs) + 1))
	for at, i := range r.byRank {
		r.docs[i].rank = int32(at + 1)
		r.docs[i].raw[FirstStageOrder] = One - share(log2(uint64(at+1)), all)
	}
}

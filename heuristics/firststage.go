package heuristics

import "slices"

// OrderByFirstStage are the indices of the documents in the order of the first
// stage, the best first: by Rank, those without one behind all that have one,
// and by position where that is equal or the order is Hidden.
func OrderByFirstStage(docs []Document, first FirstStage) []int {
	if first == Hidden {
		order := make([]int, len(docs))
		for i := range order {
			order[i] = i
		}
		return order
	}
	return byRank(make([]int, 0, len(docs)), make([]uint64, 0, len(docs)), docs)
}

// byRank appends the indices of the documents to order, by Document.Rank. It
// sorts them as keys of the same type as the scores': a sort of another type
// would be 2 KB of the download.
func byRank[I int | int32](order []I, keys []uint64, docs []Document) []I {
	for i := range docs {
		keys = append(keys, uint64(uint32(docs[i].Rank-1))<<32|uint64(i)) // no rank becomes the last
	}
	slices.Sort(keys)
	for _, key := range keys {
		order = append(order, I(uint32(key)))
	}
	return order
}

// rankFirstStage orders the documents as the first stage did and gives each
// its rank from 1 to n and the signal 1 − log(rank)/log(n+1).
func (r *Ranker) rankFirstStage(docs []Document) {
	r.keys = slices.Grow(r.keys[:0], len(docs))
	r.byRank = byRank(r.byRank[:0], r.keys, docs)
	r.places = places(r.places, len(docs))
	for at, i := range r.byRank {
		r.docs[i].rank = int32(at + 1)
		r.docs[i].raw[FirstStageOrder] = r.places[at]
	}
}

// places are the values of FirstStageOrder among n documents, by rank, in the
// memory of known. Those of the last call serve again if it had as many.
func places(known []Score, n int) []Score {
	if len(known) == n {
		return known
	}
	known = zeroed(known, n)
	all := log2(uint64(n + 1))
	for at := range known {
		known[at] = One - share(log2(uint64(at+1)), all)
	}
	return known
}

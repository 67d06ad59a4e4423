package heuristics

import (
	"cmp"
	"slices"
)

// rankFirstStage orders the documents as the first stage did and gives each
// its rank from 1 to n and the signal 1 − log(rank)/log(n+1).
func (r *Ranker) rankFirstStage(docs []Document) {
	r.byRank = r.byRank[:0]
	ranked := false
	for i := range docs {
		r.byRank = append(r.byRank, int32(i))
		ranked = ranked || docs[i].Rank != 0
	}
	if ranked {
		slices.SortFunc(r.byRank, func(a, b int32) int {
			return cmp.Or(cmp.Compare(uint(docs[a].Rank-1), uint(docs[b].Rank-1)), cmp.Compare(a, b))
		})
	}
	all := log2(uint64(len(docs) + 1))
	for at, i := range r.byRank {
		r.docs[i].rank = int32(at + 1)
		r.docs[i].raw[order] = One - share(log2(uint64(at+1)), all)
	}
}

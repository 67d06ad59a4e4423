package evaluation

import (
	"cmp"
	"hash/fnv"
	"slices"

	"github.com/splitrank/splitrank/shared/eval"
)

// shuffled gives the positions of the candidates in an order that says nothing
// about them: by a hash of the query's and the document's id, the same on
// every machine. It is FNV-1a 64 of query id, NUL, document id, followed by
// the finalizer of MurmurHash3, because neighbouring ids ("d7", "d8") leave
// the high bits of plain FNV, which decide an order, almost equal.
// See RATIONALE: why-hidden-orders-are-hashed.
func shuffled(queryID string, candidates []eval.Passage) []int {
	keys := make([]uint64, len(candidates))
	order := make([]int, len(candidates))
	for i, c := range candidates {
		keys[i], order[i] = shuffleKey(queryID, c.ID), i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(keys[a], keys[b]), cmp.Compare(candidates[a].ID, candidates[b].ID))
	})
	return order
}

func shuffleKey(queryID, documentID string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(queryID))
	h.Write([]byte{0})
	h.Write([]byte(documentID))
	return finalize(h.Sum64())
}

// finalize spreads every bit over all others (MurmurHash3's fmix64).
func finalize(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

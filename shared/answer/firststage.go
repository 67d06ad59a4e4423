package answer

import (
	"cmp"
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// FirstStage are the indices of a request's documents in the order of the first
// stage, the best first, by the heuristics' rule: by rank, those without one
// behind all that have one, and by position where that is equal or the order is
// hidden.
func FirstStage(req *api.Request) []int {
	order := make([]int, len(req.Documents))
	for i := range order {
		order[i] = i
	}
	if req.FirstStage == heuristics.Given {
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Compare(uint(req.Documents[a].Rank-1), uint(req.Documents[b].Rank-1)) // no rank becomes the last
		})
	}
	return order
}

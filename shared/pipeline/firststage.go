package pipeline

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// FirstStage are the indices of a request's documents in the order of the first
// stage, the best first: see heuristics.OrderByFirstStage.
func FirstStage(req *api.Request) []int {
	docs := make([]heuristics.Document, len(req.Documents))
	for i := range docs {
		docs[i].Rank = req.Documents[i].Rank
	}
	return heuristics.OrderByFirstStage(docs, req.FirstStage)
}

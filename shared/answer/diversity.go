package answer

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// diversify re-orders results by maximal marginal relevance where the request
// asks for it. Lambda is 1 − d for the request's diversity d, relevance is the
// relevance score, similarity that of the heuristics' words: see
// heuristics.Ranker.Diversify. The scores stay as they are.
func (p Plan) diversify(results []api.Result) {
	if p.ranker == nil || len(results) == 0 {
		return
	}
	byDocument := make(map[int]api.Result, len(results))
	for _, r := range results {
		byDocument[r.Index] = r
	}
	items := relevances(results)
	p.ranker.Diversify(items, p.req.Diversity)
	for i, item := range items {
		results[i] = byDocument[item.Index]
	}
}

// relevances are the shares of the best relevance score: Diversify divides by
// the best in any case, and scores near 0 would otherwise all be 0 in fixed
// point. For scores of the heuristics the shares are exactly its own.
func relevances(results []api.Result) []heuristics.Item {
	items := make([]heuristics.Item, len(results))
	for i, r := range results {
		items[i].Index = r.Index
		if best := results[0].RelevanceScore; best > 0 {
			items[i].Score = heuristics.Score(r.RelevanceScore / best * float64(heuristics.One))
		}
	}
	return items
}

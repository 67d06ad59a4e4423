package pipeline

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// Diversity re-orders the results of one request by maximal marginal relevance:
// see heuristics.Ranker.Diversify. Lambda is 1 − d for the request's diversity
// d, relevance is the relevance score, likeness that of the heuristics' words.
// It keeps the ranker that read the documents, and belongs to one goroutine. nil
// leaves every order as it is.
type Diversity struct {
	ranker    *heuristics.Ranker
	diversity float64
}

// Order re-orders results that stand in the order of their relevance scores: all
// down to the last that a model scored, or the whole list if it scored none. What
// it did not see stays behind that. The scores stay as they are.
func (d *Diversity) Order(results []api.Result) {
	if d == nil {
		return
	}
	results = contenders(results)
	at := map[int]api.Result{}
	for _, r := range results {
		at[r.Index] = r
	}
	items := relevances(results)
	d.ranker.Diversify(items, d.diversity)
	for i, item := range items {
		results[i] = at[item.Index]
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

// contenders are the results down to the last that a model scored, all if it
// scored none.
func contenders(results []api.Result) []api.Result {
	for n := len(results); n > 0; n-- {
		if results[n-1].Logit != nil {
			return results[:n]
		}
	}
	return results
}

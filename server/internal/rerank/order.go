package rerank

import (
	"cmp"
	"math"
	"slices"

	"github.com/splitrank/splitrank/shared/api"
)

// Order puts results, which come in the order of the heuristics, into that of a
// model as far as it is known. Those that it scored, which have a logit, change
// places among themselves: the highest calibrated value first, ties by
// first-stage rank and then by position. Those that wait for a score, which
// are documents in waiting, keep their places among them: to put a few scored
// ones in front would bury what the heuristics are sure of. The rest follows as
// it was. Where nothing waits, the scored ones are in front.
//
// Then it sets every relevance score, so that none is above the one before. That
// of a scored result is its own, the others give way.
func Order(req *api.Request, results []api.Result, c Calibration, waiting map[int]bool) {
	slices.SortStableFunc(results, func(a, b api.Result) int { return cmp.Compare(behind(&a, waiting), behind(&b, waiting)) })
	var scored []api.Result
	for _, r := range results {
		if r.Logit != nil {
			scored = append(scored, r)
		}
	}
	reading := c.Read(req, results)
	slices.SortFunc(scored, func(a, b api.Result) int { return reading.compare(&a, &b) })
	for i := range results {
		if results[i].Logit != nil {
			results[i], scored = scored[0], scored[1:]
		}
	}
	setRelevance(results, reading)
}

// behind is 1 for what no model will see.
func behind(r *api.Result, waiting map[int]bool) int {
	if r.Logit != nil || waiting[r.Index] {
		return 0
	}
	return 1
}

// setRelevance of results in their order. A result that waits stands between the
// scored ones around it.
func setRelevance(results []api.Result, reading Reading) {
	next := 0.0
	for i := len(results) - 1; i >= 0; i-- {
		r := &results[i]
		r.RelevanceScore = max(relevance(r, reading), next)
		if r.Logit != nil {
			next = r.RelevanceScore
		}
	}
	least := 1.0
	for i := range results {
		least = min(least, results[i].RelevanceScore)
		results[i].RelevanceScore = least
	}
}

// relevance of a result by itself. The order of the values holds where exp is
// off in its last digit: see Order.
func relevance(r *api.Result, reading Reading) float64 {
	if r.Logit == nil {
		return r.HeuristicScore
	}
	return sigmoid(reading.Value(r))
}

// sigmoid of a finite number, in [0, 1].
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

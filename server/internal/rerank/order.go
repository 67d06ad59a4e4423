package rerank

import (
	"cmp"
	"math"
	"slices"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/pipeline"
)

// Order puts results that a model scored, which have a logit, in front: the
// highest calibrated value first, ties by first-stage rank and then by
// position. The others follow as they were. Then it sets every relevance score,
// so that none is above the one before.
func Order(req *api.Request, results []api.Result, c Calibration) {
	slices.SortStableFunc(results, func(a, b api.Result) int { return byValue(req, c, a, b) })
	least := 1.0
	for i := range results {
		least = min(least, relevance(&results[i], c))
		results[i].RelevanceScore = least
	}
}

func byValue(req *api.Request, c Calibration, a, b api.Result) int {
	switch {
	case a.Logit == nil && b.Logit == nil:
		return 0
	case a.Logit == nil:
		return 1
	case b.Logit == nil:
		return -1
	}
	return cmp.Or(
		cmp.Compare(c.Value(*b.Logit, b.HeuristicScore), c.Value(*a.Logit, a.HeuristicScore)),
		cmp.Compare(pipeline.Retrieved(req, a.Index), pipeline.Retrieved(req, b.Index)),
		cmp.Compare(a.Index, b.Index),
	)
}

// relevance of a result by itself. The order of the values holds where exp is
// off in its last digit: see Order.
func relevance(r *api.Result, c Calibration) float64 {
	if r.Logit == nil {
		return r.HeuristicScore
	}
	return sigmoid(c.Value(*r.Logit, r.HeuristicScore))
}

// sigmoid of a finite number, in [0, 1].
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

package crossencoder

import (
	"cmp"
	"math"
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// merge puts the model's scores over those of the heuristics: best logit
// first, ties by first-stage rank, then by position.
func (s *Scorer) merge(req *api.Request, j rerank.Judgement, a Answer) rerank.Judgement {
	for i := range j.Results {
		r := &j.Results[i]
		r.Logit, r.Truncated, r.ScoredBy = &a.Logits[r.Index], a.Truncated[r.Index], string(api.CrossEncoder)
	}
	slices.SortFunc(j.Results, func(x, y api.Result) int {
		return cmp.Or(cmp.Compare(*y.Logit, *x.Logit), cmp.Compare(place(req, x.Index), place(req, y.Index)), cmp.Compare(x.Index, y.Index))
	})
	setRelevance(j.Results)
	j.Model = s.model.Name()
	j.Usage = api.Usage{Scored: len(a.Logits), Tokens: a.Tokens}
	j.Queue, j.Inference = j.Queue+a.Queue, a.Inference
	return j
}

// place of a document in the first stage: its rank, else its position.
func place(req *api.Request, i int) int {
	if rank := req.Documents[i].Rank; rank > 0 && req.FirstStage == heuristics.Given {
		return rank
	}
	return i + 1
}

// setRelevance never rises: where exp is off in its last digit, the order of
// the logits holds.
func setRelevance(results []api.Result) {
	least := 1.0
	for i := range results {
		least = min(least, sigmoid(*results[i].Logit))
		results[i].RelevanceScore = least
	}
}

// sigmoid of a finite number, in [0, 1].
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

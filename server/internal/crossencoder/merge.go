package crossencoder

import (
	"cmp"
	"math"
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// merge puts the model's scores over those of the heuristics. scored are the
// documents that the answer is about, in its order. The best logit comes first,
// ties by first-stage rank, then by position; what the model did not read
// follows in the order of the heuristics.
func (s *Scorer) merge(req *api.Request, j rerank.Judgement, a Answer, scored []int) rerank.Judgement {
	at := make([]int, len(req.Documents)) // in the answer, from 1
	for i, document := range scored {
		at[document] = i + 1
	}
	for i := range j.Results {
		r := &j.Results[i]
		if n := at[r.Index]; n > 0 {
			r.Logit, r.Truncated, r.ScoredBy = &a.Logits[n-1], a.Truncated[n-1], string(api.CrossEncoder)
		}
	}
	slices.SortStableFunc(j.Results, func(x, y api.Result) int { return byLogit(req, x, y) })
	setRelevance(j.Results)
	j.Model = s.model.Name()
	j.Usage = api.Usage{Scored: len(scored), Trimmed: len(req.Documents) - len(scored), Tokens: a.Tokens}
	j.Queue, j.Inference = j.Queue+a.Queue, a.Inference
	if j.Usage.Trimmed > 0 {
		j.Reason = ReasonLanguage
	}
	return j
}

// byLogit leaves results without one where they are, behind the others.
func byLogit(req *api.Request, x, y api.Result) int {
	switch {
	case x.Logit == nil && y.Logit == nil:
		return 0
	case x.Logit == nil:
		return 1
	case y.Logit == nil:
		return -1
	}
	return cmp.Or(cmp.Compare(*y.Logit, *x.Logit), cmp.Compare(place(req, x.Index), place(req, y.Index)), cmp.Compare(x.Index, y.Index))
}

// place of a document in the first stage: its rank, else its position.
func place(req *api.Request, i int) int {
	if rank := req.Documents[i].Rank; rank > 0 && req.FirstStage == heuristics.Given {
		return rank
	}
	return i + 1
}

// setRelevance never rises: where exp is off in its last digit, the order of
// the logits holds, and what the model did not read has at most what the last
// one has that it did.
func setRelevance(results []api.Result) {
	least := 1.0
	for i := range results {
		own := results[i].HeuristicScore
		if logit := results[i].Logit; logit != nil {
			own = sigmoid(*logit)
		}
		least = min(least, own)
		results[i].RelevanceScore = least
	}
}

// sigmoid of a finite number, in [0, 1].
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

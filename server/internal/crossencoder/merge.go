package crossencoder

import (
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// merge puts the model's scores over those of the heuristics. scored are the
// documents that the answer is about, in its order. What the model did not read
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
	rerank.Order(req, j.Results, s.model.Calibration())
	j.Model = s.model.Name()
	j.Usage = api.Usage{Scored: len(scored), Trimmed: len(req.Documents) - len(scored), Tokens: a.Tokens}
	j.Queue, j.Inference = j.Queue+a.Queue, a.Inference
	if j.Usage.Trimmed > 0 {
		j.Reason = api.ReasonLanguage
	}
	return j
}

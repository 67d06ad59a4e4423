package rerank

import (
	"cmp"
	"math"
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// judgement is what is known by now: what the model scored, the best first,
// and below it the rest in the order of the heuristics.
func (p *pass) judgement() Judgement {
	j := p.cheap
	j.Results = slices.Clone(p.cheap.Results)
	for i := range j.Results {
		p.put(&j.Results[i], p.scores[j.Results[i].Index])
	}
	slices.SortStableFunc(j.Results, func(a, b api.Result) int { return byLogit(p.req, a, b) })
	setRelevance(j.Results)
	j.Usage = p.usage()
	if j.Usage.Scored+j.Usage.Cached > 0 {
		j.Model = p.model.Name()
	}
	j.Queue, j.Inference = p.cheap.Queue+p.spent.Queue, p.spent.Inference
	return j
}

// put a score, if there is one, into a result.
func (p *pass) put(r *api.Result, s *PairScore) {
	if s == nil {
		return
	}
	logit := s.Logit
	r.Logit, r.Truncated, r.ScoredBy = &logit, s.Truncated, string(api.CrossEncoder)
}

// byLogit orders scored results by falling logit, ties by first-stage rank and
// then by position, before all that are not scored, which it leaves in place.
func byLogit(req *api.Request, a, b api.Result) int {
	switch {
	case a.Logit == nil && b.Logit == nil:
		return 0
	case a.Logit == nil:
		return 1
	case b.Logit == nil:
		return -1
	}
	return cmp.Or(cmp.Compare(*b.Logit, *a.Logit), cmp.Compare(retrieved(req, a.Index), retrieved(req, b.Index)), cmp.Compare(a.Index, b.Index))
}

// retrieved is the place of a document in the first stage: its rank, else its
// position.
func retrieved(req *api.Request, i int) int {
	if rank := req.Documents[i].Rank; rank > 0 && req.FirstStage == heuristics.Given {
		return rank
	}
	return i + 1
}

// setRelevance never rises: where exp is off in its last digit the order of
// the logits holds, and what no model scored is capped at the lowest that one
// did.
func setRelevance(results []api.Result) {
	least := 1.0
	for i := range results {
		r := &results[i]
		own := r.HeuristicScore
		if r.Logit != nil {
			own = sigmoid(*r.Logit)
		}
		least = min(least, own)
		r.RelevanceScore = least
	}
}

// sigmoid of a finite number, in [0, 1].
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func (p *pass) usage() (u api.Usage) {
	for d, s := range p.scores {
		switch {
		case s == nil:
		case s.Cached:
			u.Cached++
		default:
			u.Scored++
			u.Tokens += p.tokens[d]
		}
	}
	return u
}

package rerank

import (
	"slices"

	"github.com/splitrank/splitrank/shared/api"
)

// judgement is what is known by now: see Order. Diversity comes last, when the
// scores stand.
func (p *pass) judgement() Judgement {
	j := p.cheap
	j.Results = slices.Clone(p.cheap.Results)
	for i := range j.Results {
		p.put(&j.Results[i], p.scores[j.Results[i].Index])
	}
	Order(p.req, j.Results, p.relevance(), p.waiting)
	p.diverse.Order(j.Results)
	j.Usage, j.Calibration = p.usage(), p.tuning.Name
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

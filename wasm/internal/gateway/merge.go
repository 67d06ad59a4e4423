package gateway

import (
	"time"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// response is the answer with what is known by now. See RATIONALE: why-the-origins-scores-are-kept.
func (p planned) response(scorer string, f refinement) *api.Response {
	r := &api.Response{Model: api.ModelNone}
	var part []api.Result
	if f.response != nil {
		*r = *f.response
		part = f.response.Results
	}
	r.Results = answer.Finish(p.req, p.Join(part, p.Kept))
	r.Scorer, r.Language, r.Stemmed = scorer, p.Language, p.Stemmed
	r.Usage = p.usage(r.Usage, f)
	if f.reason != "" {
		r.Degraded, r.Reason = true, f.reason
	}
	r.Timings.Heuristic, r.Timings.Total = api.Milliseconds(p.took), api.Milliseconds(time.Since(p.came))
	return r
}

// usage of the whole, of the origin's: what it was not asked about is trimmed,
// unless the heuristics alone were asked for. What is from the cache cost nothing
// this time.
func (p planned) usage(origin api.Usage, f refinement) api.Usage {
	u, all := origin, len(p.req.Documents)
	u.Documents = all
	switch {
	case p.pipeline == api.Heuristic:
	case f.response == nil:
		u.Trimmed = all
	default:
		u.Trimmed += all - len(p.Kept)
	}
	if f.cached {
		u.Cached, u.Known, u.Read, u.Tokens, u.LLM = u.Scored, 0, 0, 0, nil
	}
	return u
}

package gateway

import (
	"time"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/pipeline"
)

// response is the answer with what is known by now.
func (t *task) response() *api.Response {
	results := t.results()
	t.cheap.Diversity.Order(results)
	r := &api.Response{
		Results: pipeline.Place(t.req, results), Model: api.ModelNone, Scorer: t.gateway.Scorer(),
		Language: t.cheap.Language, Stemmed: t.cheap.Stemmed, Usage: api.Usage{Trimmed: t.trimmedAway()},
	}
	if t.heard != nil {
		r.Model, r.Calibration, r.Usage, r.Timings = t.heard.Model, t.heard.Calibration, t.usage(), t.heard.Timings
		r.Degraded, r.Reason = t.heard.Degraded, t.heard.Reason
	}
	if t.reason != "" {
		r.Degraded, r.Reason = true, t.reason
	}
	r.Usage.Documents = len(t.req.Documents)
	r.Timings.Heuristic, r.Timings.Total = milliseconds(t.took), milliseconds(time.Since(t.came))
	return r
}

// trimmedAway are the documents of a cascade without a model's word.
func (t *task) trimmedAway() int {
	if t.asked == nil && t.reason == "" {
		return 0
	}
	return len(t.req.Documents)
}

// usage of the whole: what the origin was not asked about is trimmed. What is
// from the cache cost nothing this time.
func (t *task) usage() api.Usage {
	u := t.heard.Usage
	if t.known {
		u.Cached, u.Scored, u.Tokens = u.Cached+u.Scored, 0, 0
	}
	u.Trimmed += len(t.req.Documents) - len(t.kept)
	return u
}

// results puts what the model scored in front, with what the origin placed
// between, in its order and with its scores, and leaves the rest in the heuristics' order. Every result keeps
// the heuristic score of the edge, which saw all documents. No relevance score
// is above the one before.
func (t *task) results() []api.Result {
	out := make([]api.Result, 0, len(t.cheap.Results))
	at := make([]*api.Result, len(t.req.Documents)) // of the heuristics, by document
	for i := range t.cheap.Results {
		at[t.cheap.Results[i].Index] = &t.cheap.Results[i]
	}
	for _, s := range t.scored() {
		r := *at[t.kept[s.Index]]
		r.Logit, r.Truncated, r.ScoredBy, r.RelevanceScore = s.Logit, s.Truncated, s.ScoredBy, s.RelevanceScore
		out, at[r.Index] = append(out, r), nil
	}
	least := 1.0
	if n := len(out); n > 0 {
		least = out[n-1].RelevanceScore
	}
	return t.rest(out, at, least)
}

// rest appends what is still in at, in the heuristics' order.
func (t *task) rest(out []api.Result, at []*api.Result, least float64) []api.Result {
	for i := range t.cheap.Results {
		r := t.cheap.Results[i]
		if at[r.Index] == nil {
			continue
		}
		least = min(least, r.RelevanceScore)
		r.RelevanceScore = least
		out = append(out, r)
	}
	return out
}

// scored are the origin's results down to the last that its model scored. What
// waited for a score until then has a place between them.
func (t *task) scored() []api.Result {
	if t.heard == nil {
		return nil
	}
	list := t.heard.Results
	for len(list) > 0 && list[len(list)-1].Logit == nil {
		list = list[:len(list)-1]
	}
	return list
}

// milliseconds to the microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

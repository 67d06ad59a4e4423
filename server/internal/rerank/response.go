package rerank

import (
	"fmt"
	"slices"
	"time"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// planned is a request that the heuristics have ranked.
type planned struct {
	answer.Plan
	planner  *answer.Planner
	req      *api.Request
	pipeline api.Pipeline
	version  string    // of the heuristics
	came     time.Time // when the request came
	// waited for a worker, took of the heuristics.
	waited, took time.Duration
	// looked is what reads has found, by the name of a model.
	looked map[string][]looks
}

// crowded reports that half of a request's time went into waiting for a turn: then more
// comes than is done, and the model is left to those who still have time for it.
// See RATIONALE: why-who-waited-long-goes-by-the-words.
func (p planned) crowded() bool {
	deadline := deadlineOf(p.req, p.came)
	return !deadline.IsZero() && p.waited > deadline.Sub(p.came)/2
}

// response is the answer of the heuristics alone.
func (p planned) response() (*api.Response, error) { return p.responseOf(p.Join(nil, nil)) }

// responseOf results, as far as the plan knows it. An error is internal.
func (p planned) responseOf(results []api.Result) (*api.Response, error) {
	if err := answer.Check(results, len(p.req.Documents), p.req.Diversity > 0); err != nil {
		return nil, fmt.Errorf("checking an answer: %w", err)
	}
	return &api.Response{
		Results: answer.Finish(p.req, results), Model: api.ModelNone, Scorer: p.version,
		Language: p.Language, Stemmed: p.Stemmed,
		Usage:   api.Usage{Documents: len(p.req.Documents)},
		Timings: api.Timings{Heuristic: api.Milliseconds(p.took), Queue: api.Milliseconds(p.waited), Total: api.Milliseconds(time.Since(p.came))},
	}, nil
}

// response is the answer with what the model has said by now.
func (c cascade) response(s scored) (*api.Response, error) {
	r, err := c.responseOf(c.Merge(s.scores, s.waiting, s.unread, c.model.calibration()))
	if err != nil {
		return nil, err
	}
	r.Calibration = c.model.Tuning.Name
	c.together(s).addUsage(&r.Usage)
	if r.Usage.Scored > 0 {
		r.Model = c.model.Model.Name()
	}
	s.timing = s.timing.Plus(c.before().timing)
	r.Timings.Queue += api.Milliseconds(s.timing.Queue)
	r.Timings.Inference = api.Milliseconds(s.timing.Inference)
	r.Timings.Query = api.Milliseconds(s.timing.Query)
	r.Timings.Documents = api.Milliseconds(s.timing.Documents)
	r.Timings.Comparing = api.Milliseconds(s.timing.Comparing)
	return r, nil
}

// before is what an earlier model has scored.
func (c cascade) before() scored {
	if c.earlier == nil {
		return scored{}
	}
	return *c.earlier
}

// together has the last score of each document, and the tokens of both models.
func (c cascade) together(s scored) scored {
	before := c.before()
	if before.scores == nil {
		return s
	}
	all := scored{scores: slices.Clone(before.scores), tokens: slices.Clone(before.tokens)}
	for d, score := range s.scores {
		if score == nil {
			continue
		}
		if all.scores[d] == nil || all.scores[d].Known || all.scores[d].Cached {
			all.tokens[d] = 0 // it cost the earlier model none
		}
		all.scores[d] = score
		all.tokens[d] += s.tokens[d]
	}
	return all
}

func (s scored) addUsage(u *api.Usage) {
	for d, score := range s.scores {
		if score == nil {
			continue
		}
		u.Scored++
		switch {
		case score.Cached:
			u.Cached++
		case score.Known:
			u.Known++
		default:
			u.Read++
			u.Tokens += s.tokens[d]
		}
	}
}

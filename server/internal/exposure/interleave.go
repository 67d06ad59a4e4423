package exposure

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/shared/api"
)

// outcome of one arm.
type outcome struct {
	response *api.Response
	err      error
	took     time.Duration
}

// interleave asks both arms at once and shows one list of both. Where one of them
// fails the other's answer stands, in no team's name; where both do, the error.
func (s *showing) interleave(ctx context.Context) (*api.Response, error) {
	e := &s.exposure.Experiment
	arms := s.both(ctx)
	for i, o := range arms {
		s.exposure.Answers = append(s.exposure.Answers, answerOf(e.Arms[i], o.response, o.err, o.took))
	}
	a, b := arms[0], arms[1]
	switch {
	case a.err != nil && b.err != nil:
		return s.shown(nil, a.err)
	case a.err != nil:
		return s.shown(b.response, nil)
	case b.err != nil:
		return s.shown(a.response, nil)
	}
	rankings := [][]string{s.idsOf(a.response.Results), s.idsOf(b.response.Results)}
	drafted := experiment.TeamDraft(e.Name, s.id, rankings[0], rankings[1], max(len(rankings[0]), len(rankings[1])))
	s.exposure.Teams, s.exposure.Rankings = drafted.Teams, rankings
	r := s.merged(drafted, rankings, [2]*api.Response{a.response, b.response})
	r.Timings.Total = api.Milliseconds(s.took())
	return s.shown(r, nil)
}

// both arms answer at once; a panic of the second one is the first one's caller's.
func (s *showing) both(ctx context.Context) (arms [2]outcome) {
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recovered(recover()) }()
		arms[1] = s.ask(ctx, 1)
	}()
	defer func() {
		if p := <-done; p != nil {
			panic(p)
		}
	}()
	arms[0] = s.ask(ctx, 0)
	return arms
}

// recovered is a panic with the stack of where it was.
func recovered(p any) any {
	if p == nil {
		return nil
	}
	return fmt.Sprintf("%T in the second arm\n%s", p, debug.Stack())
}

func (s *showing) ask(ctx context.Context, arm int) (o outcome) {
	start := s.config.Now()
	o.response, o.err = s.config.Reranker.Rerank(ctx, armed(s.req, s.exposure.Experiment.Arms[arm]))
	o.took = s.config.Now().Sub(start)
	return o
}

// merged is the answer of an interleaved list: each result as the arm it was taken
// from has it. Relevance scores of two arms are on two scales, so one is lowered to
// the one before it: see RATIONALE: why-interleaved-scores-are-capped.
func (s *showing) merged(d experiment.Drafted, rankings [][]string, arms [2]*api.Response) *api.Response {
	var at [2]map[string]int
	for i, r := range arms {
		at[i] = make(map[string]int, len(r.Results))
		for place, id := range rankings[i] {
			at[i][id] = place
		}
	}
	r := *arms[0]
	r.Results = make([]api.Result, len(d.Order))
	least := 1.0
	for place, id := range d.Order {
		from := d.From[place]
		result := arms[from].Results[at[from][id]]
		result.Rank = place + 1
		if s.req.Diversity == 0 && !s.req.RawScores {
			least = min(least, result.RelevanceScore)
			result.RelevanceScore = least
		}
		r.Results[place] = result
	}
	combine(&r, arms[1])
	return &r
}

// combine adds to the first arm's account what the second one took.
func combine(r, second *api.Response) {
	if r.Model == api.ModelNone {
		r.Model, r.Calibration = second.Model, second.Calibration
	}
	if !r.Degraded && second.Degraded {
		r.Degraded, r.Reason = true, second.Reason
	}
	r.Usage.Scored += second.Usage.Scored
	r.Usage.Cached += second.Usage.Cached
	r.Usage.Tokens += second.Usage.Tokens
	r.Usage.Trimmed = min(r.Usage.Trimmed, second.Usage.Trimmed)
	r.Timings.Heuristic = max(r.Timings.Heuristic, second.Timings.Heuristic)
	r.Timings.Queue = max(r.Timings.Queue, second.Timings.Queue)
	r.Timings.Inference = max(r.Timings.Inference, second.Timings.Inference)
}

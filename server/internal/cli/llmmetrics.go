package cli

import (
	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/shared/api"
)

// llmFigures feed the figures of /metrics: the packages on either side do not know
// each other. show fills shown once the judge is made, before it is asked.
type llmFigures struct{ shown *httpapi.LLMMetrics }

func (f *llmFigures) hooks() llm.Hooks {
	return llm.Hooks{
		Called: func(c llm.CallStats) {
			f.shown.Called(httpapi.LLMCall{
				Outcome: c.Outcome, Took: c.Took, Cost: c.Cost,
				Input: c.Tokens.Input + c.Tokens.CacheWrite, Cached: c.Tokens.Cached, Output: c.Tokens.Output,
			})
		},
		Judged: func(r llm.RequestStats) { f.shown.Judged(httpapi.LLMRequest(r)) },
	}
}

func (f *llmFigures) show(j *llm.Judge, redis *rediskv.Client) {
	requests := []string{
		llm.OutcomeGraded, llm.OutcomeIncomplete, llm.OutcomeCached, llm.OutcomeSure,
		api.ReasonBudget, api.ReasonOverload, api.ReasonDeadline, api.ReasonModel,
	}
	f.shown = httpapi.NewLLMMetrics(j.Model(), j.PriceKnown(), llm.Outcomes(), requests, func() httpapi.LLMState {
		s := j.Stats()
		return httpapi.LLMState{Away: s.Away, Spent: s.Spent, PerDay: s.PerDay, Trust: s.Trust, Cache: gradesState(j.CacheStats(), redis)}
	})
}

// gradesState of a cache of grades, nil where there is none.
func gradesState(c *llm.CacheStats, redis *rediskv.Client) *httpapi.LLMCacheState {
	if c == nil {
		return nil
	}
	s := &httpapi.LLMCacheState{Hits: c.Hits, Shared: c.Shared, Joined: c.Joined, Misses: c.Misses, Corrupt: c.Corrupt, Entries: c.Entries}
	if redis != nil {
		s.Redis = (*httpapi.RedisState)(redis.Stats())
	}
	return s
}

package httpapi

import (
	"strings"
	"testing"
	"time"
)

// TestLLMMetrics: every figure is shown, those of money and trust only where they
// are known, and zeroes before there is anything to count.
func TestLLMMetrics(t *testing.T) {
	cost, trust := 0.25, 0.9
	for _, tt := range []struct {
		name         string
		priced       bool
		state        LLMState
		want, absent []string
	}{
		{"priced and examined", true, LLMState{Away: true, Spent: 1.5, PerDay: 10, Trust: &trust, Cache: &LLMCacheState{1, 2, 3, 4, 5, 6, &RedisState{7, 8, true}}},
			[]string{`cost_dollars_total{model="m"} 0.5`, `day_cost_dollars{model="m"} 1.5`, `day_limit_dollars{model="m"} 10`, `trust{model="m"} 0.9`, `breaker_open{model="m"} 1`,
				`cache_hits_total{level="memory",model="m"} 1`, `cache_hits_total{level="redis",model="m"} 2`, `cache_joined_total{model="m"} 3`,
				`cache_misses_total{model="m"} 4`, `cache_corrupt_total{model="m"} 5`, `cache_entries{model="m"} 6`,
				`redis_errors_total{model="m"} 7`, `redis_dropped_total{model="m"} 8`, `redis_away{model="m"} 1`}, nil},
		{"without a price", false, LLMState{}, []string{`breaker_open{model="m"} 0`}, []string{"cost_dollars_total", "trust", "cache", "redis"}},
		{"without Redis", false, LLMState{Cache: &LLMCacheState{}}, []string{`cache_hits_total{level="memory",model="m"} 0`}, []string{"redis"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := NewLLMMetrics("m", tt.priced, []string{"ok", "late", "cut"}, []string{"graded", "budget", "sure"}, func() LLMState { return tt.state })
			s := newServer(t, func(c *Config) { c.LLM = m })
			m.Called(LLMCall{Outcome: "ok", Took: 2 * time.Second, Input: 100, Cached: 20, Output: 7, Cost: &cost})
			m.Called(LLMCall{Outcome: "late", Took: time.Second, Input: 50, Cost: &cost})
			m.Judged(LLMRequest{Outcome: "graded", Graded: 10})
			m.Judged(LLMRequest{Outcome: "budget", Unscored: 4})
			got := do(s, "GET", "/metrics", "").Body.String()
			for _, want := range append(tt.want,
				`calls_total{model="m",outcome="ok"} 1`, `calls_total{model="m",outcome="late"} 1`, `calls_total{model="m",outcome="cut"} 0`,
				`tokens_total{kind="input",model="m"} 150`, `tokens_total{kind="cached",model="m"} 20`, `tokens_total{kind="output",model="m"} 7`,
				`requests_total{model="m",outcome="graded"} 1`, `requests_total{model="m",outcome="budget"} 1`, `requests_total{model="m",outcome="sure"} 0`,
				`documents_total{model="m",outcome="graded"} 10`, `documents_total{model="m",outcome="unscored"} 4`,
				`call_duration_seconds_sum{model="m"} 3`, `call_duration_seconds_count{model="m"} 2`,
			) {
				if !strings.Contains(got, "\n"+llmPrefix+want+"\n") {
					t.Errorf("no %s in\n%s", want, got)
				}
			}
			for _, absent := range tt.absent {
				if strings.Contains(got, llmPrefix+absent) {
					t.Errorf("%s where it is not known", absent)
				}
			}
		})
	}
	if got := do(newServer(t, nil), "GET", "/metrics", "").Body.String(); strings.Contains(got, llmPrefix) {
		t.Errorf("figures of no llm in\n%s", got)
	}
}

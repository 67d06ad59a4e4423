package httpapi

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// TestModelMetrics: each model has its own figures, zeroes before there are any.
func TestModelMetrics(t *testing.T) {
	m := NewModelMetrics()
	m.Watch("one", func() ModelState { return ModelState{Requests: 4, Pairs: 3, Tokens: 90, Running: 2} })
	m.Watch("two", func() ModelState { return ModelState{} })
	s := newServer(t, func(c *Config) { c.Models = m })
	m.Ran("one", ModelRun{Pairs: 3, Tokens: 40, Padded: 48, Took: 20 * time.Millisecond})
	m.Ran("one", ModelRun{Pairs: 5, Tokens: 60, Padded: 60, Took: 30 * time.Millisecond})
	m.Ran("one", ModelRun{Pairs: 9, Tokens: 999, Padded: 999, Took: time.Hour, Failed: true})
	m.Scored("one", ModelRequest{Documents: 8, Truncated: 2, Queue: time.Second})
	m.Refused("one")
	got := do(s, "GET", "/metrics", "").Body.String()
	for _, want := range []string{
		`requests{model="one"} 4`, `pairs_waiting{model="one"} 3`, `tokens_waiting{model="one"} 90`, `batches_running{model="one"} 2`,
		`batch_pairs_count{model="one"} 2`, `batch_pairs_sum{model="one"} 8`, `inference_seconds_sum{model="one"} 0.05`,
		`tokens_total{model="one"} 100`, `padding_tokens_total{model="one"} 8`, `batches_failed_total{model="one"} 1`,
		`queue_seconds_sum{model="one"} 1`, `documents_total{model="one"} 8`, `documents_truncated_total{model="one"} 2`,
		`requests_refused_total{model="one"} 1`, `requests{model="two"} 0`, `requests_refused_total{model="two"} 0`,
	} {
		if !strings.Contains(got, "\n"+modelPrefix+want+"\n") {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// TestDegradedAnswersAreCounted: by reason, alone and in a batch.
func TestDegradedAnswersAreCounted(t *testing.T) {
	s := newServer(t, func(c *Config) {
		c.Reranker = rerankFunc(func(ctx context.Context, req *api.Request) (*api.Response, error) {
			answer, err := longestFirst(ctx, req)
			if err == nil && req.Budget.DeadlineMS > 0 {
				answer.Degraded, answer.Reason = true, "deadline"
			}
			return answer, err
		})
	})
	late := strings.TrimSuffix(hebrew, "}") + `,"budget":{"deadline_ms":1}}`
	post(s, "/rerank", hebrew)
	post(s, "/rerank", late)
	post(s, "/rerank/batch", `{"requests":[`+late+`,`+hebrew+`,`+late+`]}`)
	if got := do(s, "GET", "/metrics", "").Body.String(); !strings.Contains(got, `splitrank_answers_degraded_total{reason="deadline"} 3`) {
		t.Errorf("no three degraded answers in\n%s", got)
	}
}

package llm_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
)

// told collects what hooks are told.
type told struct {
	mu       sync.Mutex
	calls    map[string]int
	tokens   llm.Tokens
	cost     float64
	requests []llm.RequestStats
}

func (t *told) hooks() llm.Hooks {
	t.calls = map[string]int{}
	return llm.Hooks{
		Called: func(c llm.CallStats) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.calls[c.Outcome]++
			t.tokens.Input, t.tokens.Output = t.tokens.Input+c.Tokens.Input, t.tokens.Output+c.Tokens.Output
			t.cost += *c.Cost
		},
		Judged: func(r llm.RequestStats) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.requests = append(t.requests, r)
		},
	}
}

// TestHooks: requests and calls are told by what came of them, and add up to what
// the endpoint counts.
func TestHooks(t *testing.T) {
	s := (&llmtest.Server{Grade: steady, Misbehave: func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		switch c.Query {
		case "refused":
			s.Answer(w, c, "no", "refusal")
		case "unauthorized":
			w.WriteHeader(http.StatusUnauthorized)
		case "half":
			if len(c.Documents) > 1 {
				s.Answer(w, c, `{"d1":{"grade":3,"why":"so"}}`, "")
			} else {
				s.Answer(w, c, `{}`, "") // the repair
			}
		default:
			return false
		}
		return true
	}}).Start()
	defer s.Close()
	var got told
	full := 1.0
	j := judgeOf(t, s.URL(true), true, llm.Config{Hooks: got.hooks(), Trust: &full, PerRequest: 0.02})
	ask := func(query string, n int) {
		req := request(n)
		req.Query = query
		judged(t, j, req)
	}
	ask("fine", 3)
	ask("fine", 3)
	ask("refused", 2)
	ask("unauthorized", 2)
	ask("half", 2)
	ask("fine", 0)
	want := []llm.RequestStats{
		{Outcome: llm.OutcomeGraded, Graded: 3}, {Outcome: llm.OutcomeCached, Graded: 3},
		{Outcome: "model", Unscored: 2}, {Outcome: "model", Unscored: 2},
		{Outcome: llm.OutcomeIncomplete, Graded: 1, Unscored: 1}, {Outcome: llm.OutcomeSure},
	}
	if !slices.Equal(got.requests, want) {
		t.Errorf("requests\n%+v, want\n%+v", got.requests, want)
	}
	in, out := s.Tokens()
	if got.tokens.Input != in || got.tokens.Output != out || got.calls["ok"]+got.calls["refused"]+got.calls["unauthorized"] != len(s.Calls()) || got.calls["unauthorized"] != 1 {
		t.Errorf("calls %v, tokens %+v; the endpoint had %d calls, %d in, %d out", got.calls, got.tokens, len(s.Calls()), in, out)
	}
	if st := j.Stats(); st.Away || st.Spent < got.cost*0.999-1e-5 || st.Spent > got.cost*1.001+1e-5 || *st.Trust != 1 {
		t.Errorf("%+v, cost %g", st, got.cost)
	}
	small := judgeOf(t, s.URL(true), true, llm.Config{Hooks: got.hooks(), Trust: &full, PerRequest: 1e-7})
	got.requests = nil
	judged(t, small, request(4))
	if len(got.requests) != 1 || got.requests[0] != (llm.RequestStats{Outcome: "budget", Unscored: 4}) {
		t.Errorf("%+v", got.requests)
	}
}

// TestOutcomes: each kind that a sent call can have is one of the outcomes that are
// shown, and none is there twice.
func TestOutcomes(t *testing.T) {
	names := llm.Outcomes()
	seen := map[string]bool{}
	for _, k := range []llm.Kind{llm.Overloaded, llm.Broken, llm.Unreachable, llm.Late, llm.Refused, llm.Cut, llm.Malformed, llm.Oversized, llm.Unauthorized, llm.Rejected} {
		if name := k.Outcome(); !slices.Contains(names, name) || seen[name] {
			t.Errorf("%q of %q", name, k)
		} else {
			seen[name] = true
		}
	}
	if len(names) != len(seen)+1 {
		t.Errorf("outcomes %q", names)
	}
}

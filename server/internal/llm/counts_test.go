package llm_test

import (
	"context"
	"math"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/shared/api"
)

// counting is a client whose endpoint counts so.
type counting struct {
	llmtest.Local
	tokens func(right llm.Tokens) llm.Tokens
}

// Ask implements llm.Client.
func (c counting) Ask(ctx context.Context, p llm.Prompt) (llm.Reply, error) {
	r, err := c.Local.Ask(ctx, p)
	r.Tokens = c.tokens(r.Tokens)
	return r, err
}

// TestCounts: what an endpoint counts is what it bills, and what it does not count
// costs what was foreseen, not nothing.
func TestCounts(t *testing.T) {
	for name, c := range map[string]struct {
		tokens  func(right llm.Tokens) llm.Tokens
		in, out float64 // times what is right
	}{
		"right":           {func(r llm.Tokens) llm.Tokens { return r }, 1, 1},
		"nothing":         {func(llm.Tokens) llm.Tokens { return llm.Tokens{} }, 1, 1},
		"input alone":     {func(r llm.Tokens) llm.Tokens { return llm.Tokens{Input: r.Input} }, 1, 1},
		"output alone":    {func(r llm.Tokens) llm.Tokens { return llm.Tokens{Output: r.Output} }, 1, 1},
		"a hundred times": {func(r llm.Tokens) llm.Tokens { return llm.Tokens{Input: r.Input, Output: 100 * r.Output} }, 1, 100},
		"all from cache":  {func(r llm.Tokens) llm.Tokens { return llm.Tokens{Cached: r.Input, Output: r.Output} }, 0.1, 1},
		"absurd":          {func(r llm.Tokens) llm.Tokens { return llm.Tokens{Input: 1 << 30, Output: r.Output} }, math.NaN(), 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := &llmtest.Server{Grade: steady, Count: asForeseen}
			j := localJudge(t, llm.Config{CacheEntries: -1}, counting{llmtest.Local{Server: s}, c.tokens})
			cost := *judged(t, j, turned(0, 8)).Usage.CostUSD
			in, out := s.Tokens()
			want := (float64(in)*0.10*c.in + float64(out)*0.50*c.out) / 1e6
			if math.IsNaN(want) {
				want = 2 * (1 << 30) * 0.10 * 5 / 1e6 // beyond 100,000 tokens they cost five times as much
			}
			if cost < want*0.98 || cost > want*1.02 {
				t.Errorf("cost %g, want %g", cost, want)
			}
			if spent := j.Stats().Spent; spent < cost || spent > cost+2e-6 {
				t.Errorf("spent %g for %g", spent, cost)
			}
		})
	}
}

// TestAbsurdCount: an endpoint that once counts what cannot be is not foreseen to do so
// for ever; the day that it billed this on is over, the next is not.
func TestAbsurdCount(t *testing.T) {
	s := &llmtest.Server{Grade: steady}
	calls := 0
	j := localJudge(t, llm.Config{CacheEntries: -1, PerRequest: 0.01}, counting{llmtest.Local{Server: s}, func(r llm.Tokens) llm.Tokens {
		if calls++; calls == 1 {
			r.Input, r.Output = 1<<30, 1<<30
		}
		return r
	}})
	req := turned(0, 3) // one call
	before, _ := j.Cost(req, resultsOf(req))
	if v := judged(t, j, req); v.Reason != "" || *v.Usage.CostUSD < 1 {
		t.Errorf("reason %q, cost %g", v.Reason, *v.Usage.CostUSD)
	}
	after, _ := j.Cost(req, resultsOf(req))
	if v := judged(t, j, req); v.Reason != "" || after > 20*before {
		t.Errorf("reason %q; %g was foreseen before, %g after", v.Reason, before, after)
	}
}

// TestOverrun: what is billed beyond what was foreseen counts at once, and the next
// call is held back by it.
func TestOverrun(t *testing.T) {
	s := &llmtest.Server{Grade: steady}
	ledger := &fakeLedger{sums: map[string]int64{}}
	j := localJudge(t, llm.Config{CacheEntries: -1, PerDay: 0.001, Ledger: ledger, Concurrency: 1, Options: llm.Options{Mode: llm.Isolation}},
		counting{llmtest.Local{Server: s}, func(r llm.Tokens) llm.Tokens { return llm.Tokens{Input: r.Input, Output: 3000} }})
	v := judged(t, j, turned(0, 8))
	if v.Reason != api.ReasonBudget || len(v.Grades) != 1 || len(s.Calls()) != 1 {
		t.Errorf("reason %q, %d grades, %d calls", v.Reason, len(v.Grades), len(s.Calls()))
	}
	if err := closing(t, j, time.Minute); err != nil {
		t.Fatal(err)
	}
	if sum, cost := float64(ledger.sum())/1e6, *v.Usage.CostUSD; cost < 0.0015 || sum < cost || sum > cost+2e-6 {
		t.Errorf("the ledger has %g for %g", sum, cost)
	}
}

// TestUnsent: where there is no connection nothing is read, and nothing is billed; an
// answer that breaks off may be billed whole.
func TestUnsent(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + ln.Addr().String()
	_ = ln.Close()
	s := (&llmtest.Server{Grade: steady, Count: asForeseen, Misbehave: func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
		return breakOff(s, c, w)
	}}).Start()
	defer s.Close()
	for _, claude := range []bool{true, false} {
		j := judgeOf(t, nobody, claude, llm.Config{})
		if v := judged(t, j, turned(0, 8)); v.Reason != api.ReasonModel || *v.Usage.CostUSD != 0 || j.Stats().Spent != 0 {
			t.Errorf("reason %q, cost %g, spent %g", v.Reason, *v.Usage.CostUSD, j.Stats().Spent)
		}
		in, out := s.Tokens()
		v := judged(t, judgeOf(t, s.URL(claude), claude, llm.Config{}), turned(0, 8))
		in2, out2 := s.Tokens()
		want := (float64(in2-in)*0.10 + float64(out2-out)*0.50) / 1e6
		if cost := *v.Usage.CostUSD; v.Reason != api.ReasonModel || cost < want || cost > want*1.02 || want == 0 {
			t.Errorf("reason %q, cost %g, the endpoint bills %g", v.Reason, cost, want)
		}
	}
}

// TestBoundsThatAreNone: a bound that is no number, or below 0, is an error, and one below
// a millionth of a dollar holds everything back.
func TestBoundsThatAreNone(t *testing.T) {
	full := 1.0
	for _, bound := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, -1e-9} {
		for name, c := range map[string]llm.Config{"request": {PerRequest: bound}, "day": {PerDay: bound}} {
			c.Client, c.Model, c.Trust = llmtest.Local{Server: &llmtest.Server{Grade: steady}}, "unpriced", &full
			if _, err := llm.New(c); err == nil || !strings.Contains(err.Error(), "bound") {
				t.Errorf("%s of %g: %v", name, bound, err)
			}
		}
	}
	s := &llmtest.Server{Grade: steady}
	for _, bound := range []float64{1e-9, 1e-6} {
		if v := judged(t, localJudge(t, llm.Config{PerDay: bound}, llmtest.Local{Server: s}), turned(0, 8)); v.Reason != api.ReasonBudget || len(s.Calls()) != 0 {
			t.Errorf("bound %g: reason %q, %d calls", bound, v.Reason, len(s.Calls()))
		}
	}
	if v := judged(t, localJudge(t, llm.Config{PerDay: 1e300, PerRequest: 1e300}, llmtest.Local{Server: s}), turned(0, 8)); v.Reason != "" {
		t.Errorf("reason %q with a bound that nothing reaches", v.Reason)
	}
}

// TestOddPrices: what is free is never held back; what costs less than a millionth of a
// dollar adds up; a price that no sum holds is held back.
func TestOddPrices(t *testing.T) {
	for name, c := range map[string]struct {
		price  llm.Price
		perDay float64
		asked  int // of 20
	}{
		"free":                    {llm.Price{}, 1e-6, 20},
		"a tenth of a millionth":  {llm.Price{Input: 1e-4, Output: 1e-4}, 10e-6, 10},
		"more than there is":      {llm.Price{Input: 1e300, Output: 1e300}, 10, 0},
		"more than a number says": {llm.Price{Input: math.MaxFloat64, Output: math.MaxFloat64}, 10, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := &llmtest.Server{Grade: steady}
			prices := llm.Prices{Of: "2026-01-01", Models: map[string]llm.Price{"claude-haiku-5-5": c.price}}
			j := localJudge(t, llm.Config{CacheEntries: -1, Prices: &prices, PerDay: c.perDay}, llmtest.Local{Server: s})
			asked := 0
			for i := range 20 {
				if v := judged(t, j, turned(i, 3)); v.Reason == "" {
					asked++
				} else if v.Reason != api.ReasonBudget {
					t.Errorf("reason %q", v.Reason)
				}
			}
			if asked != c.asked {
				t.Errorf("%d were asked, want %d", asked, c.asked)
			}
		})
	}
}

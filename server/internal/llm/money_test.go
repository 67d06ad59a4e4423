package llm_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

func steady(string, llmtest.Document) int { return 5 }

// results of a request in its own order, as a cascade would have them.
func resultsOf(req *api.Request) []api.Result {
	out := make([]api.Result, len(req.Documents))
	for i := range out {
		score := 1 - float64(i)/float64(len(out)+1)
		out[i] = api.Result{Index: i, RelevanceScore: score, HeuristicScore: score}
	}
	return out
}

func judged(t *testing.T, j *llm.Judge, req *api.Request) rerank.Verdict {
	t.Helper()
	return j.Judge(t.Context(), req, resultsOf(req))
}

// passages are texts like those of a retriever, the i-th request's.
func passages(i, n int) *api.Request {
	req := &api.Request{Query: fmt.Sprint("what does the manual say about valve ", i), Explain: i%2 == 0}
	for d := range n {
		text := fmt.Sprintf("Section %d.%d. ", i, d) + strings.Repeat("The valve is opened by hand, slowly, and closed again when the pressure falls below 3 bar. ", 2+(i+d)%5)
		req.Documents = append(req.Documents, api.Document{Text: text})
	}
	return req
}

// TestEstimate: what a request is expected to cost is within 10 % of what the
// endpoint counts, by a rule that has nothing to do with the estimate's, from the
// sixth request on, when it has learned how that counts.
func TestEstimate(t *testing.T) {
	for _, mode := range []llm.Mode{llm.Batch, llm.Isolation, llm.Consistency, llm.Listwise} {
		t.Run(string(mode), func(t *testing.T) {
			s := &llmtest.Server{Grade: steady}
			no := false
			j := localJudge(t, llm.Config{Options: llm.Options{Mode: mode, Verify: &no, TopN: 20}, PerRequest: 100}, llmtest.Local{Server: s})
			worst := 0.0
			for i := range 40 {
				req := passages(i, 8+i%13)
				req.Explain = false
				foreseen, _ := j.Cost(req, resultsOf(req))
				took := *judged(t, j, req).Usage.CostUSD
				off := foreseen/took - 1
				if i == 0 {
					t.Logf("%s: the first estimate is off by %+.1f %%", mode, 100*off)
				} else if i >= 5 {
					worst = max(worst, math.Abs(off))
				}
			}
			t.Logf("%s: the others by %.1f %% at most", mode, 100*worst)
			if worst > 0.1 {
				t.Errorf("%s: an estimate is off by %.1f %%", mode, 100*worst)
			}
		})
	}
}

// TestCostOfUsage: the answer's cost is that of the tokens that the endpoint counts.
func TestCostOfUsage(t *testing.T) {
	s := (&llmtest.Server{Grade: steady}).Start()
	defer s.Close()
	for _, claude := range []bool{true, false} {
		before, beforeOut := s.Tokens()
		r, err := engineOf(t, s.URL(claude), claude, llm.Config{}, new(failures)).Rerank(t.Context(), request(8))
		if err != nil {
			t.Fatal(err)
		}
		in, out := s.Tokens()
		in, out = in-before, out-beforeOut
		u := r.Usage.LLM
		want := (float64(in)*0.10 + float64(out)*0.50) / 1e6
		if u.Input != in || u.Output != out || math.Abs(*u.CostUSD-want) > 1e-12 || u.PricesOf != "2026-10-07" || u.Calls != 2 {
			t.Errorf("usage %+v, cost %g; want %d in, %d out, %g", u, *u.CostUSD, in, out, want)
		}
	}
}

// TestUnknownPrice: it is not 0, and cannot be bounded.
func TestUnknownPrice(t *testing.T) {
	full := 1.0
	c := llm.Config{Client: llmtest.Local{Server: &llmtest.Server{Grade: steady}}, Model: "llama", Trust: &full}
	j, err := llm.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if u := judged(t, j, passages(0, 5)).Usage; u.CostUSD != nil || u.PricesOf != "" || u.Calls == 0 {
		t.Errorf("usage %+v", u)
	}
	c.PerDay = 1
	if _, err := llm.New(c); err == nil || !strings.Contains(err.Error(), "llama") {
		t.Errorf("a bound for an unknown price: %v", err)
	}
}

func TestBudgets(t *testing.T) {
	s := &llmtest.Server{Grade: steady}
	j := localJudge(t, llm.Config{PerRequest: 1e-6}, llmtest.Local{Server: s})
	if v := judged(t, j, passages(0, 8)); v.Reason != api.ReasonBudget || len(v.Grades) != 0 || len(s.Calls()) != 0 {
		t.Errorf("over the bound of a request: %+v, %d calls", v, len(s.Calls()))
	}
	j = localJudge(t, llm.Config{PerDay: 0.0005, CacheEntries: -1}, llmtest.Local{Server: s})
	spent, answered := 0.0, 0
	for i := range 20 {
		v := judged(t, j, passages(i, 8))
		spent += *v.Usage.CostUSD
		if v.Reason == "" {
			answered++
		} else if v.Reason != api.ReasonBudget {
			t.Errorf("reason %q", v.Reason)
		}
	}
	if spent > 0.0005*1.02 || answered == 0 || answered == 20 {
		t.Errorf("spent %g of 0.0005 for %d answers", spent, answered)
	}
}

// fakeLedger is shared, or away.
type fakeLedger struct {
	mu   sync.Mutex
	sums map[string]int64
	away bool
}

func (l *fakeLedger) Add(_ context.Context, day string, n int64) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return 0, errors.New("away")
	}
	l.sums[day] += n
	return l.sums[day], nil
}

// leave while servers may still tell it what they spent.
func (l *fakeLedger) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away = true
}

func (l *fakeLedger) sum() (n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, sum := range l.sums {
		n += sum
	}
	return n
}

// TestSharedBudget: two servers spend from one purse, and each from its own while
// the ledger is away.
func TestSharedBudget(t *testing.T) {
	ledger := &fakeLedger{sums: map[string]int64{}}
	var judges []*llm.Judge
	for range 2 {
		judges = append(judges, localJudge(t, llm.Config{PerDay: 0.001, Ledger: ledger, CacheEntries: -1}, llmtest.Local{Server: &llmtest.Server{Grade: steady}}))
	}
	spend := func(n int) (sum float64) {
		for i := range n {
			sum += *judged(t, judges[i%2], passages(i, 8)).Usage.CostUSD
		}
		return sum
	}
	if sum := spend(60); sum > 0.001*1.02 || sum < 0.0005 {
		t.Errorf("spent %g of 0.001 together", sum)
	}
	ledger.leave()
	if v := judged(t, judges[0], passages(1, 8)); v.Reason != "" {
		t.Errorf("reason %q, where the own purse has enough", v.Reason)
	}
}

func TestPrices(t *testing.T) {
	if p := llm.ListPrices(); p.Models["claude-haiku-5-5"].Output != 0.50 || p.Of == "" {
		t.Errorf("prices %+v", p)
	}
	for _, body := range []string{``, `{}`, `{"of":"today","models":{}}`, `{"of":"2026-01-01","models":{"m":{"input":-1}}}`, `{"of":"2026-01-01","models":{"m":{"inptu":1}}}`, `{"of":"2026-01-01","models":{"m":{"input":1,"output":1,"beyond":5}}}`,
		`{"of":"2026-01-01","models":{"m":{"input":1}}}`, `{"of":"2026-01-01","models":{"m":{"output":1}}}`, `{"of":"2026-01-01","models":{"m":{"input":1,"output":null}}}`,
	} {
		if _, err := llm.ReadPrices([]byte(body)); err == nil {
			t.Errorf("no error for %s", body)
		}
	}
}

// TestCache: the same request costs nothing the second time;
// an opt-out finds and leaves nothing.
func TestCache(t *testing.T) {
	s := &llmtest.Server{Grade: func(_ string, d llmtest.Document) int { return len(d.Text) % 11 }}
	j := localJudge(t, llm.Config{}, llmtest.Local{Server: s})
	req := passages(0, 8)
	one := judged(t, j, req)
	n := len(s.Calls())
	two := judged(t, j, req)
	if len(s.Calls()) != n || two.Usage.Calls != 0 || *two.Usage.CostUSD != 0 || len(two.Grades) != len(one.Grades) {
		t.Errorf("%d more calls, usage %+v", len(s.Calls())-n, two.Usage)
	}
	for what, change := range map[string]func(r *api.Request){
		"no cache": func(r *api.Request) { r.NoCache = true }, "tenant": func(r *api.Request) { r.Tenant = "another" },
		"query": func(r *api.Request) { r.Query += "?" }, "explain": func(r *api.Request) { r.Explain = !r.Explain },
		"text": func(r *api.Request) { r.Documents[3].Text += "." },
	} {
		changed := passages(0, 8)
		change(changed)
		if v := judged(t, j, changed); v.Usage.Calls == 0 {
			t.Errorf("%s: taken from the cache", what)
		}
	}
}

// TestConcurrency: no more calls at once than allowed, of many requests.
func TestConcurrency(t *testing.T) {
	var now, most atomic.Int32
	s := (&llmtest.Server{Grade: steady, Misbehave: func(*llmtest.Server, llmtest.Call, http.ResponseWriter) bool {
		n := now.Add(1)
		defer now.Add(-1)
		for {
			if m := most.Load(); n <= m || most.CompareAndSwap(m, n) {
				return false
			}
		}
	}}).Start()
	defer s.Close()
	j := judgeOf(t, s.URL(false), false, llm.Config{Concurrency: 3})
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			if v := j.Judge(t.Context(), passages(i, 8), resultsOf(passages(i, 8))); v.Reason != "" {
				t.Errorf("reason %q", v.Reason)
			}
		})
	}
	wg.Wait()
	if most.Load() > 3 {
		t.Errorf("%d calls at once", most.Load())
	}
}

// TestBreaker: an endpoint that fails again and again is left alone.
func TestBreaker(t *testing.T) {
	s := (&llmtest.Server{Misbehave: status(500)}).Start()
	defer s.Close()
	var opened atomic.Bool
	j := judgeOf(t, s.URL(false), false, llm.Config{Changed: func(open bool) { opened.Store(open) }})
	for range 3 {
		judged(t, j, passages(0, 3))
	}
	n := len(s.Calls())
	if v := judged(t, j, passages(0, 3)); v.Reason != api.ReasonOverload || len(s.Calls()) != n || !opened.Load() {
		t.Errorf("reason %q, %d more calls, opened %t", v.Reason, len(s.Calls())-n, opened.Load())
	}
}

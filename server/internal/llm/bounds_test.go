package llm_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/shared/api"
)

// asForeseen counts tokens as the estimate does, but for fractions of one, so that what
// is foreseen holds: what is billed beyond that no bound can hold back.
func asForeseen(c llmtest.Call, _ string) (read, wrote int) {
	tokens := 12.0
	for _, r := range c.System + c.User {
		if r < 0x80 {
			tokens += 1 / 3.1
		} else {
			tokens += 1 / 1.6
		}
	}
	switch n := len(c.Documents); {
	case c.Likelihoods:
		return int(tokens), 1
	case c.Order:
		return int(tokens), 6 + 4*n
	case c.Why:
		return int(tokens), 6 + 42*n
	default:
		return int(tokens), 6 + 6*n
	}
}

// breakOff in the middle of an answer, which is billed whole.
func breakOff(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
	rest := httptest.NewRecorder()
	s.Answer(rest, c, s.Text(c), "")
	return raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"+rest.Body.String()[:20])(s, c, w)
}

// rising turns the order round, so that documents rise by more than two places.
func rising(_ string, d llmtest.Document) int {
	var i int
	_, _ = fmt.Sscan(strings.TrimPrefix(d.Text, "Section "), &i)
	return min(10, i)
}

// turned is a request whose later documents get the better grades.
func turned(i, n int) *api.Request {
	req := &api.Request{Query: fmt.Sprint("what does the manual say about valve ", i)}
	for d := range n {
		req.Documents = append(req.Documents, api.Document{Text: fmt.Sprintf("Section %d. Valve %d is opened by hand, slowly, and closed again below 3 bar.", d, i)})
	}
	return req
}

// mishap of a call, all of which are billed.
type mishap int

const (
	none      mishap = iota
	prose            // instead of grades
	brokenOff        // in the middle of the answer
)

// extra is a kind of call that no plan has, and what brings it about.
type extra struct {
	name string
	o    llm.Options
	// mishap of the n-th call, from 1; nil = none.
	mishap func(n int) mishap
	// examined judges grade after an examination, which has mishaps, too, if all.
	examined, all bool
}

// everyOther call has a mishap.
func everyOther(m mishap) func(int) mishap {
	return func(n int) mishap {
		if n%2 == 1 {
			return m
		}
		return none
	}
}

func extras() []extra {
	yes, no := true, false
	return []extra{
		{name: "none"},
		{name: "examination", examined: true},
		{name: "repair of an examination", examined: true, all: true, mishap: func(n int) mishap {
			if n == 1 {
				return prose
			}
			return none
		}},
		{name: "repair", mishap: everyOther(prose)},
		{name: "repair in isolation", o: llm.Options{Mode: llm.Isolation, Verify: &no}, mishap: everyOther(prose)},
		{name: "repair of a consistent one", o: llm.Options{Mode: llm.Consistency, Shuffles: 1}, mishap: everyOther(prose)},
		{name: "repair of an order", o: llm.Options{Mode: llm.Listwise}, mishap: everyOther(prose)},
		{name: "control question", o: llm.Options{Verify: &yes}},
		{name: "control questions in isolation", o: llm.Options{Mode: llm.Isolation}},
		{name: "try after one that broke off", mishap: everyOther(brokenOff)},
		{name: "tries after some that broke off", o: llm.Options{Mode: llm.Isolation}, mishap: everyOther(brokenOff)},
		{name: "all of them", o: llm.Options{Mode: llm.Consistency, Shuffles: 2, Verify: &yes}, mishap: func(n int) mishap { return mishap(n % 3) }, examined: true},
	}
}

// metered is a judge with an endpoint that counts.
type metered struct {
	*llm.Judge
	endpoint *llmtest.Server
}

// server that counts, over HTTP where it is started.
func (e extra) server() *llmtest.Server {
	return &llmtest.Server{
		Count: asForeseen,
		Grade: func(q string, d llmtest.Document) int { return max(rising(q, d), int(llm.ExamGrade(q, d.Text))) },
		Misbehave: func(s *llmtest.Server, c llmtest.Call, w http.ResponseWriter) bool {
			switch e.mishapOf(c.Number, c.User) {
			case prose:
				return fixed("Let me think.")(s, c, w)
			case brokenOff:
				return breakOff(s, c, w)
			}
			return false
		},
	}
}

// mishapOf the n-th call; those of an examination know nothing of valves.
func (e extra) mishapOf(n int, prompt string) mishap {
	if e.mishap == nil || !e.all && !strings.Contains(prompt, "valve") {
		return none
	}
	return e.mishap(n)
}

// clumsy is the same endpoint without HTTP.
type clumsy struct {
	llmtest.Local
	of    extra
	calls *atomic.Int32
}

// Ask implements llm.Client.
func (c clumsy) Ask(ctx context.Context, p llm.Prompt) (llm.Reply, error) {
	n := int(c.calls.Add(1))
	r, err := c.Local.Ask(ctx, p)
	switch c.of.mishapOf(n, p.User) {
	case prose:
		r.Text = "Let me think."
	case brokenOff:
		return llm.Reply{}, &llm.Fault{Kind: llm.Unreachable}
	}
	return r, err
}

// judge by the clock of a test, or over HTTP.
func (e extra) judge(t *testing.T, c llm.Config, overHTTP bool) metered {
	t.Helper()
	s := e.server()
	c.Client = clumsy{llmtest.Local{Server: s}, e, new(atomic.Int32)}
	if overHTTP {
		t.Cleanup(s.Start().Close)
		var err error
		if c.Client, err = llm.NewClient(llm.Endpoint{Model: "m", URL: s.URL(false)}); err != nil {
			t.Fatal(err)
		}
	}
	c.Model, c.Options, c.CacheEntries, c.Timeout = "claude-haiku-5-5", e.o, -1, time.Minute
	if full := 1.0; !e.examined {
		c.Trust = &full
	}
	j, err := llm.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return metered{j, s}
}

// counted dollars, by the endpoint, and those of a token for each call, by which
// what is foreseen may be less.
func (m metered) counted() (dollars, rounding float64) {
	in, out := m.endpoint.Tokens()
	return (float64(in)*0.10 + float64(out)*0.50) / 1e6, float64(len(m.endpoint.Calls())) * 0.10 / 1e6
}

// keeps fails where more was spent than a bound holds.
func keeps(t *testing.T, bound float64, bounded bool, judges ...metered) (spent float64) {
	t.Helper()
	rounding := 1e-9
	for _, m := range judges {
		dollars, r := m.counted()
		spent, rounding = spent+dollars, rounding+r
	}
	if bounded && spent > bound+rounding {
		t.Errorf("spent %.7f, and %.7f are allowed", spent, bound)
	}
	return spent
}

// steps between nothing and more than all that is needed.
const steps = 12

// TestBoundOfARequest: no request costs more than its bound, whatever calls it turns out
// to need, and says that the bound is why something is missing.
func TestBoundOfARequest(t *testing.T) {
	for _, e := range extras() {
		t.Run(e.name, func(t *testing.T) { synctest.Test(t, e.requestBounded) })
	}
}

func (e extra) requestBounded(t *testing.T) {
	all, begun := 0.0, false
	for step := range steps + 1 { // the first has no bound
		bound := all * 1.02 * float64(step) / steps
		m := e.judge(t, llm.Config{PerRequest: bound}, false)
		exam := m.examined(t)
		v := judged(t, m.Judge, turned(0, 8))
		spent := keeps(t, exam+bound, step > 0, m) - exam
		if step == 0 {
			all = spent
			continue
		}
		if *v.Usage.CostUSD > bound+1e-9 {
			t.Errorf("bound %.7f: told %.7f", bound, *v.Usage.CostUSD)
		}
		missing := v.Reason == api.ReasonBudget
		if missing && step == steps || !missing && step == 1 {
			t.Errorf("bound %.7f of %.7f: reason %q, %d grades", bound, all, v.Reason, len(v.Grades))
		}
		begun = begun || missing && v.Usage.Calls > 0
	}
	if e.unplanned() && !begun {
		t.Error("no bound stopped a request that had begun")
	}
}

// unplanned calls are among a request's.
func (e extra) unplanned() bool {
	return e.mishap != nil && !e.all || e.o.Verify != nil && *e.o.Verify || e.o.Mode == llm.Isolation
}

// examined, and what that cost: no request pays for it.
func (m metered) examined(t *testing.T) float64 {
	t.Helper()
	if _, _, err := m.Examine(t.Context()); err != nil {
		t.Fatal(err)
	}
	return keeps(t, 0, false, m)
}

// TestBoundOfADay: neither one server nor two that share a ledger spend more on a day
// than its bound, whatever calls requests turn out to need.
func TestBoundOfADay(t *testing.T) {
	for _, e := range extras() {
		for _, servers := range []int{1, 2} {
			t.Run(fmt.Sprintf("%s/%d", e.name, servers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					free := e.judge(t, llm.Config{}, false)
					judged(t, free.Judge, turned(0, 8))
					all := keeps(t, 0, false, free)
					for step := range steps {
						e.dayBounded(t, all*2*float64(step+1)/steps, servers)
					}
				})
			})
		}
	}
}

func (e extra) dayBounded(t *testing.T, bound float64, servers int) {
	ledger := &fakeLedger{sums: map[string]int64{}}
	var judges []metered
	for range servers {
		judges = append(judges, e.judge(t, llm.Config{PerDay: bound, Ledger: ledger}, false))
	}
	refused := 0
	for i := range 12 {
		if judged(t, judges[i%servers].Judge, turned(i, 8)).Reason == api.ReasonBudget {
			refused++
		}
		keeps(t, bound, true, judges...)
	}
	if refused == 0 {
		t.Errorf("bound %.7f: nothing was refused", bound)
	}
	ledger.complete(t, bound, keeps(t, bound, true, judges...), judges)
}

// complete when all judges are closed: it has what was spent, and no more than the bound.
func (l *fakeLedger) complete(t *testing.T, bound, spent float64, judges []metered) {
	t.Helper()
	for _, m := range judges {
		if err := closing(t, m.Judge, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if sum := float64(l.sum()) / 1e6; sum < spent-1e-9 || sum > bound+1e-9 {
		t.Errorf("the ledger has %.7f for %.7f, with a bound of %.7f", sum, spent, bound)
	}
}

// TestBoundOfADayAtOnce: nor do many requests at once, of servers that share a ledger.
func TestBoundOfADayAtOnce(t *testing.T) {
	const bound = 0.003
	ledger := &fakeLedger{sums: map[string]int64{}}
	var judges []metered
	for _, e := range extras() {
		judges = append(judges, e.judge(t, llm.Config{PerDay: bound, PerRequest: 0.0006, Ledger: ledger, Concurrency: 8}, true))
	}
	manyAtOnce(t, bound, judges, 4, func(metered) { keeps(t, bound, true, judges...) })
	ledger.complete(t, bound, keeps(t, bound, true, judges...), judges)
}

// TestReservedAtOnce: nor does one server, or reserve more.
func TestReservedAtOnce(t *testing.T) {
	for _, e := range extras() {
		t.Run(e.name, func(t *testing.T) {
			const bound = 0.001
			judges := []metered{e.judge(t, llm.Config{PerDay: bound, Concurrency: 8}, true)}
			manyAtOnce(t, bound, judges, 24, func(m metered) {
				if reserved := m.Stats().Spent; reserved > bound+1e-9 {
					t.Errorf("%.7f reserved of %.7f", reserved, bound)
				}
			})
			if err := closing(t, judges[0].Judge, time.Minute); err != nil {
				t.Fatal(err)
			}
			spent, told := keeps(t, bound, true, judges...), judges[0].Stats().Spent
			if told < spent-1e-9 || told > spent*1.03 {
				t.Errorf("%.7f counted, %.7f told", spent, told)
			}
		})
	}
}

// manyAtOnce are so many requests to each judge; after each one there is a look.
func manyAtOnce(t *testing.T, bound float64, judges []metered, requests int, look func(metered)) {
	t.Helper()
	var all sync.WaitGroup
	var served, refused atomic.Int32
	for _, m := range judges {
		for i := range requests {
			all.Go(func() {
				if v := m.Judge.Judge(t.Context(), turned(i, 8), resultsOf(turned(i, 8))); v.Reason == api.ReasonBudget {
					refused.Add(1)
				}
				served.Add(1)
				look(m)
			})
		}
	}
	all.Wait()
	spent := keeps(t, bound, true, judges...)
	t.Logf("%d of %d refused, spent %.6f of %.6f", refused.Load(), served.Load(), spent, bound)
	if refused.Load() == 0 || spent < bound/2 {
		t.Errorf("%d of %d refused, spent %.6f of %.6f", refused.Load(), served.Load(), spent, bound)
	}
}

// stuckLedger answers once, and then nobody any more.
type stuckLedger struct {
	asked    atomic.Int32
	released chan struct{}
}

// Add implements llm.Ledger.
func (l *stuckLedger) Add(context.Context, string, int64) (int64, error) {
	if l.asked.Add(1) > 1 {
		<-l.released
	}
	return 0, nil
}

// TestNoCallDelaysADeadline: a call that is not planned waits for the ledger, and nobody
// for that call.
func TestNoCallDelaysADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := extra{mishap: func(int) mishap { return prose }}
		ledger := &stuckLedger{released: make(chan struct{})}
		m := e.judge(t, llm.Config{PerDay: 1, Ledger: ledger}, false)
		if v := within(t, m.Judge, time.Second); v.Reason != api.ReasonDeadline && v.Reason != api.ReasonModel || len(v.Grades) != 0 {
			t.Errorf("reason %q, %d grades", v.Reason, len(v.Grades))
		}
		if n := len(m.endpoint.Calls()); n != 2 {
			t.Errorf("%d calls, before the third was reserved", n)
		}
		close(ledger.released)
	})
}

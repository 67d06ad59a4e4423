package llm_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// stubborn is a client whose calls do not end when they are cancelled, but when they
// are released.
type stubborn struct {
	released chan struct{}
	calls    *atomic.Int32
}

func newStubborn() stubborn { return stubborn{make(chan struct{}), new(atomic.Int32)} }

// Ask implements llm.Client.
func (s stubborn) Ask(context.Context, llm.Prompt) (llm.Reply, error) {
	s.calls.Add(1)
	<-s.released
	return llm.Reply{Text: `{"d1":5}`, Tokens: llm.Tokens{Input: 700, Output: 30}}, nil
}

// TestNobodyWaits: at the deadline there is an answer, though no call has ended. Until
// they have, their places are taken, their cost is reserved, and the judge is not
// closed; then what they took counts.
func TestNobodyWaits(t *testing.T) {
	for _, mode := range []llm.Mode{llm.Batch, llm.Isolation, llm.Consistency, llm.Listwise, llm.Likelihood} {
		t.Run(string(mode), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { nobodyWaits(t, mode) })
		})
	}
}

func nobodyWaits(t *testing.T, mode llm.Mode) {
	var got told
	client, ledger := newStubborn(), &fakeLedger{sums: map[string]int64{}}
	j := localJudge(t, llm.Config{
		Concurrency: 2, CacheEntries: -1, Likelihoods: true, Options: llm.Options{Mode: mode}, PerDay: 1, Ledger: ledger, Hooks: got.hooks(),
	}, client)
	const deadline = 100 * time.Millisecond
	first := within(t, j, deadline)
	out := int(client.calls.Load())
	if first.Reason != api.ReasonDeadline || first.Usage.Calls != out || out == 0 {
		t.Errorf("reason %q, usage %+v, %d calls made", first.Reason, first.Usage, out)
	}
	reserved := j.Stats().Spent
	if reserved < *first.Usage.CostUSD || *first.Usage.CostUSD == 0 {
		t.Errorf("%g reserved, as much as %g spent", reserved, *first.Usage.CostUSD)
	}
	if out == 2 { // all places are taken
		if second := within(t, j, deadline); second.Reason != api.ReasonOverload || second.Usage.Calls != 0 || int(client.calls.Load()) != out {
			t.Errorf("reason %q, %d calls at once", second.Reason, client.calls.Load())
		}
	}
	if err := closing(t, j, time.Second); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("closed with calls under way: %v", err)
	}
	close(client.released)
	if err := closing(t, j, time.Second); err != nil {
		t.Fatal(err)
	}
	want := float64(out) * (700*0.10 + 30*0.50) / 1e6
	spent, shared := j.Stats().Spent, float64(ledger.sum())/1e6
	if off := spent - want; off > 2e-6 || off < -2e-6 || shared != spent || got.calls[llm.OutcomeOK] != out {
		t.Errorf("spent %g, of all %g, want %g; calls %v", spent, shared, want, got.calls)
	}
}

// within a time, by a clock on which nothing takes any.
func within(t *testing.T, j *llm.Judge, deadline time.Duration) (v rerank.Verdict) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	began := time.Now()
	req := passages(0, 8)
	v = j.Judge(ctx, req, resultsOf(req))
	if took := time.Since(began); took != deadline {
		t.Errorf("took %s, with a deadline of %s", took, deadline)
	}
	return v
}

func closing(t *testing.T, j *llm.Judge, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return j.Close(ctx)
}

// TestCallsKeepNoRequest: what was answered can be freed, though its calls have not
// ended.
func TestCallsKeepNoRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newStubborn()
		j := localJudge(t, llm.Config{CacheEntries: -1}, client)
		kept := func() weak.Pointer[api.Request] {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			req := &api.Request{Query: "q", Documents: []api.Document{{Text: "a"}, {Text: "b"}}}
			j.Judge(ctx, req, resultsOf(req))
			return weak.Make(req)
		}()
		synctest.Wait() // for what ends beside the answer
		runtime.GC()
		if kept.Value() != nil || client.calls.Load() != 1 {
			t.Errorf("%d calls keep the request: %t", client.calls.Load(), kept.Value() != nil)
		}
		close(client.released)
	})
}

// TestLedger: nobody waits for it when all is settled, and it has what was spent,
// though it was away when that was reserved.
func TestLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := &slowLedger{fakeLedger: fakeLedger{sums: map[string]int64{}, away: true}}
		j := localJudge(t, llm.Config{PerDay: 1, Ledger: ledger, CacheEntries: -1}, llmtest.Local{Server: &llmtest.Server{Grade: steady}})
		began := time.Now()
		v := judged(t, j, passages(0, 8))
		if took := time.Since(began); took != 0 || v.Reason != "" {
			t.Errorf("reason %q, after %s", v.Reason, took)
		}
		if err := closing(t, j, time.Minute); err != nil || time.Since(began) != ledgerTime {
			t.Errorf("closed after %s: %v", time.Since(began), err)
		}
		if off := float64(ledger.sum())/1e6 - *v.Usage.CostUSD; off > 1e-6 || off < -1e-6 {
			t.Errorf("the ledger is off by %g", off)
		}
	})
}

// slowLedger is away at first, and then takes its time.
type slowLedger struct {
	fakeLedger
	asked int
}

const ledgerTime = 500 * time.Millisecond

// Add implements llm.Ledger.
func (l *slowLedger) Add(ctx context.Context, day string, n int64) (int64, error) {
	if l.asked++; l.asked > 1 {
		time.Sleep(ledgerTime)
		l.away = false
	}
	return l.fakeLedger.Add(ctx, day, n)
}

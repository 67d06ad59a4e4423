package rerank

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// tokenTime is what these models take for a padded token: 60 pairs take 300 ms.
const tokenTime = 100 * time.Microsecond

// within is a request for 60 of 100 documents by a deadline.
func within(ms int) *api.Request {
	req := breads(100)
	req.Budget = api.Budget{Documents: 60, DeadlineMS: ms}
	return req
}

// TestDeadlines: the answer is there in time, and the time was used for the
// best, whether or not the speed of the model was known.
func TestDeadlines(t *testing.T) {
	for _, learnt := range []bool{true, false} {
		for _, ms := range []int{5, 50, 100, 200, 400} {
			synctest.Test(t, func(t *testing.T) {
				e := cascadeOf(t, &fakeModel{speed: tokenTime}, nil)
				if learnt {
					answered(t, e, within(0))
				}
				start := time.Now()
				r := answered(t, e, within(ms))
				took, deadline := time.Since(start), time.Duration(ms)*time.Millisecond
				if took > deadline || r.Degraded != (r.Usage.Scored < 60) || r.Degraded && r.Reason != api.ReasonDeadline {
					t.Errorf("%s, learnt %v: took %s, answer %+v", deadline, learnt, took, r.Usage)
				}
				if used := time.Duration(r.Usage.Tokens) * tokenTime; r.Degraded && ms > 5 && used < deadline*6/10 {
					t.Errorf("%s, learnt %v: only %s went into scores", deadline, learnt, used)
				}
				if ms == 400 && r.Usage.Scored != 60 {
					t.Errorf("%d scored in 400 ms", r.Usage.Scored)
				}
				wantBestFirst(t, e, r)
			})
		}
	}
}

// wantBestFirst wants most of the scored documents to be those that the
// heuristics would have scored first, down to a quarter of what is kept: only the last wave
// may have been cut. A quarter are the retriever's best, and half is chosen by likeness.
func wantBestFirst(t *testing.T, e *Engine, r *api.Response) {
	t.Helper()
	plan, err := e.config.Planner.Plan(within(0), api.Cascade, heuristics.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	best := map[int]bool{}
	first := plan.Kept[:min(r.Usage.Scored/2, len(plan.Kept)/4)]
	for _, d := range first {
		best[d] = true
	}
	hits := 0
	for _, d := range scoredIn(r) {
		if best[d] {
			hits++
		}
	}
	if hits < len(first)*8/10 {
		t.Errorf("%d of %d scored are among the best %d", hits, r.Usage.Scored, len(first))
	}
}

// TestDeadlinesUnderLoad: at twice the load that the model bears without
// deadlines, every answer is there in time and little of the work is thrown
// away.
func TestDeadlinesUnderLoad(t *testing.T) {
	for _, ms := range []int{50, 100, 200, 400} {
		synctest.Test(t, func(t *testing.T) {
			m := &fakeModel{speed: tokenTime}
			e := cascadeOf(t, m, nil)
			alone := time.Now()
			answered(t, e, within(0))
			cost := time.Since(alone)
			r, start := rand.New(rand.NewPCG(1, uint64(ms))), time.Now()
			var wg sync.WaitGroup
			var mu sync.Mutex
			tokens, scored := 0, 0
			const requests = 80
			for range requests {
				time.Sleep(time.Duration(r.ExpFloat64() * float64(cost) / 2))
				wg.Go(func() {
					came := time.Now()
					a, err := e.Rerank(t.Context(), within(ms))
					if err != nil || time.Since(came) > time.Duration(ms)*time.Millisecond {
						t.Errorf("%d ms: took %s, error %v", ms, time.Since(came), err)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					tokens += a.Usage.Tokens
					scored += a.Usage.Scored
				})
			}
			wg.Wait()
			useful := float64(time.Duration(tokens)*tokenTime) / float64(time.Since(start))
			possible := min(1, 2*float64(ms)/float64(cost.Milliseconds())) // short deadlines cannot fill the time
			t.Logf("%d ms: %.1f pairs a request, %.0f %% of the time went into scores of %.0f %%", ms, float64(scored)/requests, 100*useful, 100*possible)
			if useful < 0.55*possible {
				t.Errorf("%d ms: only %.0f %% of the time went into scores", ms, 100*useful)
			}
		})
	}
}

// TestStrictDeadlines: a strict request has everything scored or fails.
func TestStrictDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := cascadeOf(t, &fakeModel{speed: tokenTime}, nil)
		req := within(100)
		req.Strict = true
		_, err := e.Rerank(t.Context(), req)
		wantCode(t, err, api.DeadlineExceeded)
		req.Budget.DeadlineMS = 1000
		if r := answered(t, e, req); r.Degraded || r.Usage.Scored != 60 {
			t.Errorf("answer %+v", r)
		}
	})
}

// TestForecastRecovers: a model that was slow for a while is asked again.
func TestForecastRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModel{speed: 100 * tokenTime}
		e := cascadeOf(t, m, nil)
		answered(t, e, within(0))
		m.speed = tokenTime
		for range 30 {
			answered(t, e, within(100))
		}
		if r := answered(t, e, within(100)); r.Usage.Scored < 15 {
			t.Errorf("%d scored in 100 ms", r.Usage.Scored)
		}
	})
}

// TestDeadlineInTheWrongPlaces: it ends what waits before the model runs, too.
func TestDeadlineInTheWrongPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fakeModel{speed: time.Second}
		e := cascadeOf(t, m, nil)
		p, err := e.plan(t.Context(), time.Now(), within(10), api.Cascade, heuristics.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		past := time.Now().Add(-time.Second)
		ctx, cancel := withDeadline(t.Context(), past)
		defer cancel()
		if _, err := (cascade{planned: p, model: e.config.Models[0]}).score(ctx, p.Kept, past); !errors.Is(err, errDeadline) || m.runs.Load() != 0 {
			t.Errorf("%d runs, error %v", m.runs.Load(), err)
		}
	})
}

// TestDeadlineBeforeAWorker: a request that gets no worker until its deadline is refused
// then, whatever its pipeline; one without a deadline waits.
func TestDeadlineBeforeAWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := engine(t, Config{Workers: 1})
		if err := e.workers.Acquire(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		patient := make(chan error, 1)
		go func() {
			_, err := e.Rerank(t.Context(), breads(3))
			patient <- err
		}()
		for _, strict := range []bool{false, true} {
			req := breads(3)
			req.Strict, req.Budget.DeadlineMS = strict, 40
			came := time.Now()
			_, err := e.Rerank(t.Context(), req)
			if took := time.Since(came); took != 40*time.Millisecond {
				t.Errorf("strict %v: refused after %s", strict, took)
			}
			wantCode(t, err, map[bool]api.Code{false: api.Overloaded, true: api.DeadlineExceeded}[strict])
		}
		e.workers.Release(1)
		if err := <-patient; err != nil {
			t.Errorf("without a deadline: %v", err)
		}
	})
}

// TestDeadlineCountsFromTheBody: a deadline counts from when the body had come. What
// waited for its turn until then is refused; where nobody made it wait it is answered,
// however little time is left.
func TestDeadlineCountsFromTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := cascadeOf(t, &fakeModel{speed: tokenTime}, nil)
		answered(t, e, within(0))
		for _, tt := range []struct {
			name         string
			ago, waited  time.Duration
			strict       bool
			code         api.Code
			fewest, most int // scored
		}{
			{"half of the time is left", 100 * time.Millisecond, 0, false, "", 1, 40},
			{"waited, and half is left", 100 * time.Millisecond, 90 * time.Millisecond, false, "", 1, 40},
			{"waited for more than half", 110 * time.Millisecond, 110 * time.Millisecond, false, "", 0, 0},
			{"waited too long", 200 * time.Millisecond, 190 * time.Millisecond, false, api.Overloaded, 0, 0},
			{"took too long to decode", 200 * time.Millisecond, 0, false, "", 0, 0},
			{"strict", 200 * time.Millisecond, 0, true, api.DeadlineExceeded, 0, 0},
		} {
			req := within(200)
			req.Strict, req.Came, req.Waited = tt.strict, time.Now().Add(-tt.ago), tt.waited
			r, err := e.Rerank(t.Context(), req)
			if tt.code != "" {
				wantCode(t, err, tt.code)
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if n := r.Usage.Scored; n < tt.fewest || n > tt.most {
				t.Errorf("%s: %d scored", tt.name, n)
			}
			if crowded := tt.waited > 100*time.Millisecond; crowded != (r.Reason == api.ReasonOverload) {
				t.Errorf("%s: reason %q", tt.name, r.Reason)
			}
			if total := time.Duration(r.Timings.Total * float64(time.Millisecond)); total < tt.ago || r.Timings.Queue < api.Milliseconds(tt.waited) {
				t.Errorf("%s: %+v", tt.name, r.Timings)
			}
		}
	})
}

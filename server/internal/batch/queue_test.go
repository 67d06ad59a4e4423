package batch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Whatever the requests, every pair is scored once, in a batch within bounds,
// and every request has its scores in its order.
func TestEveryPairOnce(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { everyPairOnce(t, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func everyPairOnce(t *testing.T, r *rand.Rand) {
	o := Options{MaxTokens: 100 + r.IntN(1000), MaxPairs: 1 + r.IntN(40), Workers: 1 + r.IntN(3)}
	m := &fake{speed: time.Microsecond}
	q := queue(t, m, o)
	var wg sync.WaitGroup
	total := 0
	for range 1 + r.IntN(12) {
		pairs := make([]pair, r.IntN(60))
		for i := range pairs {
			pairs[i] = pair{total, 1 + r.IntN(300)}
			total++
		}
		delay := time.Duration(r.IntN(5000)) * time.Microsecond
		wg.Go(func() {
			time.Sleep(delay)
			scores, err := scoreAll(q, t.Context(), pairs)
			wantScores(t, pairs, scores, err)
		})
	}
	wg.Wait()
	seen := m.seen()
	for id := range total {
		if seen[id] != 1 {
			t.Errorf("pair %d was scored %d times", id, seen[id])
		}
	}
	for _, b := range m.batches {
		if len(b) > o.MaxPairs || len(b) > 1 && padded(b) > o.MaxTokens {
			t.Errorf("a batch of %d pairs and %d tokens, allowed are %d and %d", len(b), padded(b), o.MaxPairs, o.MaxTokens)
		}
	}
	synctest.Wait()
	wantEmpty(t, q)
}

func TestNoPairs(t *testing.T) {
	m := &fake{}
	scores, err := scoreAll(queue(t, m, Options{}), t.Context(), nil)
	if err != nil || len(scores) != 0 || len(m.batches) != 0 {
		t.Errorf("scores %v, error %v, %d batches", scores, err, len(m.batches))
	}
}

func TestOptions(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		want string
	}{
		{"zero", Options{}, ""},
		{"tokens", Options{MaxTokens: -1}, "-1 tokens of a batch"},
		{"pairs", Options{MaxPairs: -1}, "-1 pairs of a batch"},
		{"workers", Options{Workers: -2}, "-2 workers"},
		{"limit", Options{Limit: -1}, "-1 tokens that may wait"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(&fake{}, tt.o)
			if got := fmt.Sprint(err); tt.want != "" && got != tt.want || tt.want == "" && err != nil {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// Lengths of a batch stay near each other.
func TestBuckets(t *testing.T) {
	m := &fake{}
	q := queue(t, m, Options{MaxTokens: 2048})
	var pairs []pair
	for i := range 60 {
		pairs = append(pairs, pair{i, []int{20, 200, 100}[i%3] + i%5})
	}
	scores, err := scoreAll(q, t.Context(), pairs)
	wantScores(t, pairs, scores, err)
	if len(m.batches) != 5 { // of 10, 10, 19, 1 and 20 pairs
		t.Errorf("%d batches, want 5", len(m.batches))
	}
	for _, b := range m.batches {
		if tokens := sum(b); padded(b)-tokens > tokens/10 {
			t.Errorf("a batch of %d tokens has %d with padding", tokens, padded(b))
		}
	}
}

func sum(pairs []pair) int {
	n := 0
	for _, p := range pairs {
		n += p.length
	}
	return n
}

// A lone request is spread over idle workers.
func TestSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fake{speed: time.Microsecond}
		q := queue(t, m, Options{Workers: 2})
		pairs, start := equal(0, 20, 100), time.Now()
		scores, err := scoreAll(q, t.Context(), pairs)
		wantScores(t, pairs, scores, err)
		if took := time.Since(start); took != 1000*time.Microsecond {
			t.Errorf("2000 tokens took two workers %v, want 1ms", took)
		}
	})
}

// A small request overtakes a large one that came before.
func TestSmallBesideLarge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queue(t, &fake{speed: time.Microsecond}, Options{MaxTokens: 1000, Wait: -1})
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = scoreAll(q, t.Context(), equal(0, 500, 100)) })
		synctest.Wait() // the first batch runs
		start := time.Now()
		small := []pair{{1000, 300}, {1001, 100}, {1002, 20}}
		scores, err := scoreAll(q, t.Context(), small)
		wantScores(t, small, scores, err)
		// Its three batches, and no more than two of the other's before each.
		if took := time.Since(start); took > 9*time.Millisecond {
			t.Errorf("it took %v beside a request of 50ms", took)
		}
		wg.Wait()
	})
}

// Requests of one size that come together are served in turns.
func TestFairShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queue(t, &fake{speed: time.Microsecond}, Options{MaxTokens: 1000, Wait: -1})
		var mu sync.Mutex
		var order []int
		var wg sync.WaitGroup
		for who := range 3 {
			wg.Go(func() {
				// Lengths that do not share a batch.
				_, _, err := scoreEach(q, t.Context(), equal(who*100, 60, 60+60*who), func(int, float32) {
					mu.Lock()
					defer mu.Unlock()
					order = append(order, who)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		tokens := [3]int{}
		for _, who := range order[:90] {
			tokens[who] += 60 + 60*who
			for _, other := range tokens {
				if tokens[who]-other > 3000 {
					t.Fatalf("tokens served %v: request %d is far ahead", tokens, who)
				}
			}
		}
	})
}

func TestWaitToFill(t *testing.T) {
	tests := []struct {
		name    string
		wait    time.Duration
		others  []time.Duration // when others come; the first runs 1 ms from 0 on
		batches int
		took    time.Duration // until the last is done
	}{
		{"alone", 0, nil, 1, time.Millisecond},
		{"one after the other", 0, []time.Duration{2 * time.Millisecond}, 2, 3 * time.Millisecond},
		{"others in time", 0, []time.Duration{500 * time.Microsecond, 1500 * time.Microsecond}, 2, 4 * time.Millisecond},
		{"others too late", 0, []time.Duration{500 * time.Microsecond, 2500 * time.Microsecond}, 3, 5 * time.Millisecond},
		{"without waiting", -1, []time.Duration{500 * time.Microsecond, 1500 * time.Microsecond}, 3, 3 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &fake{speed: 10 * time.Microsecond}
				q := queue(t, m, Options{Wait: tt.wait})
				start := time.Now()
				var wg sync.WaitGroup
				for i, at := range append([]time.Duration{0}, tt.others...) {
					wg.Go(func() {
						time.Sleep(at)
						pairs := equal(i, 1, 100)
						scores, err := scoreAll(q, t.Context(), pairs)
						wantScores(t, pairs, scores, err)
					})
				}
				wg.Wait()
				if took := time.Since(start); len(m.batches) != tt.batches || took != tt.took {
					t.Errorf("%d batches in %v, want %d in %v", len(m.batches), took, tt.batches, tt.took)
				}
			})
		})
	}
}

// A full batch waits for nothing.
func TestFullDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fake{speed: time.Microsecond}
		q := queue(t, m, Options{MaxTokens: 1000, Wait: time.Hour})
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = scoreAll(q, t.Context(), equal(0, 1, 100)) })
		synctest.Wait()
		for i := range 10 {
			wg.Go(func() { _, _ = scoreAll(q, t.Context(), equal(10+i, 1, 100)) })
		}
		start := time.Now()
		wg.Wait()
		if took := time.Since(start); len(m.batches) != 2 || took != 1100*time.Microsecond {
			t.Errorf("%d batches in %v, want 2 in 1.1ms", len(m.batches), took)
		}
	})
}

func TestEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queue(t, &fake{speed: time.Microsecond}, Options{MaxTokens: 1000})
		start := time.Now()
		var at []time.Duration
		waited, ran, err := scoreEach(q, t.Context(), equal(0, 20, 100), func(pair int, score float32) {
			if score != value(pair) {
				t.Errorf("pair %d: %v", pair, score)
			}
			at = append(at, time.Since(start))
		})
		if err != nil || waited != 0 || ran != 2*time.Millisecond || len(at) != 20 || at[0] != time.Millisecond || at[19] != 2*time.Millisecond {
			t.Errorf("waited %v, ran %v, error %v, scores at %v, want 2ms and half of them after 1ms", waited, ran, err, at)
		}
	})
}

func TestRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refused []int
		hooks := Hooks{Refused: func(tokens int) { refused = append(refused, tokens) }}
		q := queue(t, &fake{speed: 10 * time.Millisecond}, Options{MaxTokens: 100, Limit: 1000, Hooks: hooks})
		_, err := scoreAll(q, t.Context(), equal(0, 11, 100))
		var large *TooLargeError
		if !errors.As(err, &large) || *large != (TooLargeError{1100, 1000}) {
			t.Errorf("error %v, want too large", err)
		}
		if _, err := scoreAll(q, t.Context(), equal(0, 1, 100)); err != nil { // 100 tokens in a second
			t.Error(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = scoreAll(q, t.Context(), equal(0, 10, 100)) })
		synctest.Wait() // 100 tokens run, 900 wait
		_, err = scoreAll(q, t.Context(), equal(20, 5, 100))
		var full *FullError
		if !errors.As(err, &full) || *full != (FullError{500, 900, 1000, 4 * time.Second}) {
			t.Errorf("error %+v, want full for 4s", err)
		}
		if !slices.Equal(refused, []int{500}) {
			t.Errorf("refused %v", refused)
		}
		small := equal(30, 1, 100)
		scores, err := scoreAll(q, t.Context(), small)
		wantScores(t, small, scores, err)
		wg.Wait()
		wantEmpty(t, q)
	})
}

func TestRetryAfter(t *testing.T) {
	tests := []struct {
		name   string
		speed  float64
		tokens int
		want   time.Duration
	}{
		{"not known", 0, 1000, time.Second},
		{"soon", 5000, 100, time.Second},
		{"later", 5000, 100_000, 10 * time.Second},
		{"much later", 1, 100_000, time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := queue(t, &fake{}, Options{Workers: 2})
			q.speed = tt.speed
			if got := q.retryAfter(tt.tokens); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// TestHooks: what was answered was counted.
func TestHooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs []Run
		q := queue(t, &fake{speed: time.Microsecond}, Options{MaxTokens: 200, Hooks: Hooks{Ran: func(r Run) { runs = append(runs, r) }}})
		if _, err := scoreAll(q, t.Context(), []pair{{0, 100}, {1, 90}, {2, 50}}); err != nil {
			t.Fatal(err)
		}
		us := time.Microsecond
		want := []Run{
			{Pairs: 2, Requests: 1, Tokens: 190, Padded: 200, Took: 200 * us},
			{Pairs: 1, Requests: 1, Tokens: 50, Padded: 50, Waited: 200 * us, Took: 50 * us},
		}
		if !slices.Equal(runs, want) {
			t.Errorf("runs %+v, want %+v", runs, want)
		}
	})
}

// cancelled returns the error of a request under way.
func cancelled(t *testing.T, q *Queue[pair, float32], ctx context.Context, pairs []pair) (result <-chan error) {
	t.Helper()
	c := make(chan error, 1)
	go func() {
		_, err := scoreAll(q, ctx, pairs)
		c <- err
	}()
	synctest.Wait()
	return c
}

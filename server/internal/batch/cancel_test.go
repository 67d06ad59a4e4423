package batch

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var errWentAway = errors.New("the client went away")

func TestCancelWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left int
		m := &fake{speed: time.Microsecond}
		q := queue(t, m, Options{MaxTokens: 100, Hooks: Hooks{Left: func(pairs int) { left += pairs }}})
		first := cancelled(t, q, t.Context(), equal(0, 1, 100))
		ctx, cancel := context.WithCancelCause(t.Context())
		second := cancelled(t, q, ctx, equal(10, 5, 100))
		cancel(errWentAway)
		if err := <-second; !errors.Is(err, errWentAway) {
			t.Errorf("error %v, want %v", err, errWentAway)
		}
		if s := q.Stats(); s.Requests != 1 || s.Tokens != 0 || left != 5 {
			t.Errorf("%+v, %d pairs left, want the other request alone and 5", s, left)
		}
		if err := <-first; err != nil || m.seen()[10] != 0 {
			t.Errorf("error %v, cancelled pairs ran: %v", err, m.seen())
		}
	})
}

func TestCancelRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fake{speed: time.Second}
		q := queue(t, m, Options{})
		ctx, cancel := context.WithCancelCause(t.Context())
		only := cancelled(t, q, ctx, equal(0, 2, 100))
		start := time.Now()
		cancel(errWentAway)
		if err := <-only; !errors.Is(err, errWentAway) {
			t.Errorf("error %v, want %v", err, errWentAway)
		}
		synctest.Wait()
		if m.stopped != 1 || time.Since(start) != 0 {
			t.Errorf("%d runs stopped after %v, want 1 at once", m.stopped, time.Since(start))
		}
		wantEmpty(t, q)
	})
}

// shared starts two requests that run in one batch, behind one that is done
// when it returns.
func shared(t *testing.T, q *Queue[pair, float32], ctx context.Context) (mine, other <-chan error) {
	t.Helper()
	before := cancelled(t, q, t.Context(), equal(0, 1, 10))
	mine = cancelled(t, q, ctx, equal(10, 1, 100))
	other = cancelled(t, q, t.Context(), equal(20, 1, 100))
	if err := <-before; err != nil {
		t.Error(err)
	}
	time.Sleep(2 * time.Millisecond) // of the bubble: the wait to fill is over
	return mine, other
}

func TestCancelShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fake{speed: time.Second}
		q := queue(t, m, Options{})
		ctx, cancel := context.WithCancelCause(t.Context())
		mine, other := shared(t, q, ctx)
		cancel(errWentAway)
		if err := <-mine; !errors.Is(err, errWentAway) {
			t.Errorf("error %v, want %v", err, errWentAway)
		}
		if err := <-other; err != nil || m.stopped != 0 || len(m.batches) != 2 {
			t.Errorf("the other's error %v, %d of %d runs stopped", err, m.stopped, len(m.batches))
		}
	})
}

func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fake{speed: time.Millisecond}
		q := queue(t, m, Options{MaxTokens: 100})
		ctx, cancel := context.WithTimeoutCause(t.Context(), 250*time.Millisecond, errWentAway)
		defer cancel()
		var got int
		_, ran, err := scoreEach(q, ctx, equal(0, 5, 100), func(int, float32) { got++ })
		if !errors.Is(err, errWentAway) || got != 2 || ran != 250*time.Millisecond {
			t.Errorf("%d scores, ran %v, error %v, want 2 before the deadline", got, ran, err)
		}
		synctest.Wait()
		if m.stopped != 1 {
			t.Errorf("%d runs stopped, want 1", m.stopped)
		}
		wantEmpty(t, q)
	})
}

func TestCancelledBefore(t *testing.T) {
	m := &fake{}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errWentAway)
	_, err := scoreAll(queue(t, m, Options{}), ctx, equal(0, 1, 1))
	if !errors.Is(err, errWentAway) || len(m.batches) != 0 {
		t.Errorf("error %v after %d batches", err, len(m.batches))
	}
}

// Requests of all sizes come, and many of them go at any moment, with real
// goroutines. Nobody gets a wrong score and nothing is left behind.
func TestCancelStress(t *testing.T) {
	m := &fake{speed: time.Nanosecond}
	q := queue(t, m, Options{MaxTokens: 500, Workers: 2, Limit: 20_000})
	var wg sync.WaitGroup
	var done, gone, full atomic.Int32
	for worker := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(worker), 2))
			for range 200 {
				pairs := equal(r.IntN(1000), r.IntN(30), 1+r.IntN(200))
				ctx, cancel := context.WithTimeoutCause(t.Context(), time.Duration(r.IntN(2000))*time.Microsecond, errWentAway)
				scores, err := scoreAll(q, ctx, pairs)
				cancel()
				var f *FullError
				switch {
				case errors.Is(err, errWentAway):
					gone.Add(1)
				case errors.As(err, &f):
					full.Add(1)
				default:
					done.Add(1)
					wantScores(t, pairs, scores, err)
				}
			}
		})
	}
	wg.Wait()
	if done.Load() == 0 || gone.Load() == 0 {
		t.Errorf("%d done, %d cancelled, %d refused: no mixture", done.Load(), gone.Load(), full.Load())
	}
	if err := q.Close(t.Context()); err != nil {
		t.Error(err)
	}
	wantEmpty(t, q)
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queue(t, &fake{speed: time.Millisecond}, Options{MaxTokens: 100})
		before := cancelled(t, q, t.Context(), equal(0, 5, 100))
		start := time.Now()
		if err := q.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-before; err != nil || time.Since(start) != 500*time.Millisecond {
			t.Errorf("error %v after %v, want the queue run to its end", err, time.Since(start))
		}
		if _, err := scoreAll(q, t.Context(), equal(0, 1, 1)); !errors.Is(err, ErrClosed) {
			t.Errorf("error %v, want %v", err, ErrClosed)
		}
		if err := q.Close(t.Context()); err != nil {
			t.Errorf("closing again: %v", err)
		}
	})
}

func TestCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fake{speed: time.Millisecond}
		q := queue(t, m, Options{MaxTokens: 100})
		before := cancelled(t, q, t.Context(), equal(0, 5, 100))
		ctx, cancel := context.WithTimeoutCause(t.Context(), 150*time.Millisecond, errWentAway)
		defer cancel()
		if err := q.Close(ctx); !errors.Is(err, errWentAway) {
			t.Errorf("error %v, want %v", err, errWentAway)
		}
		if err := <-before; !errors.Is(err, ErrClosed) || m.stopped != 1 {
			t.Errorf("error %v, %d runs stopped, want %v and 1", err, m.stopped, ErrClosed)
		}
		wantEmpty(t, q)
	})
}

// Close does not wait for more to come.
func TestCloseWhileFilling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queue(t, &fake{speed: time.Microsecond}, Options{Wait: time.Hour})
		first := cancelled(t, q, t.Context(), equal(0, 1, 100))
		second := cancelled(t, q, t.Context(), equal(1, 1, 100))
		if err := <-first; err != nil {
			t.Error(err)
		}
		start := time.Now()
		if err := q.Close(t.Context()); err != nil || time.Since(start) > time.Second {
			t.Errorf("error %v after %v", err, time.Since(start))
		}
		if err := <-second; err != nil {
			t.Error(err)
		}
	})
}

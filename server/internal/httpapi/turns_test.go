package httpapi

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/semaphore"
)

// TestTurns: one body is decoded after the other, in the order in which they came, and
// long ones wait for each other alone.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := turns{semaphore.NewWeighted(1), semaphore.NewWeighted(1)}
		took := func([]byte) { time.Sleep(10 * time.Millisecond) }
		order := make(chan time.Duration, 3)
		for range 3 {
			go func() {
				waited, err := all.decode(t.Context(), []byte("{}"), took)
				if err != nil {
					t.Error(err)
				}
				order <- waited
			}()
			synctest.Wait()
		}
		if waited, err := all.decode(t.Context(), make([]byte, longTurn+1), func([]byte) {}); waited != 0 || err != nil {
			t.Errorf("a long one waited %s, error %v", waited, err)
		}
		for i := range 3 {
			if waited, want := <-order, time.Duration(i)*10*time.Millisecond; waited != want {
				t.Errorf("body %d waited %s, want %s", i, waited, want)
			}
		}
	})
}

// TestTurnsGone: who is gone before its turn gives it to the next.
func TestTurnsGone(t *testing.T) {
	all := turns{short: semaphore.NewWeighted(1)}
	if err := all.short.Acquire(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := all.decode(ctx, nil, func([]byte) { t.Error("decoded") }); err == nil {
		t.Error("no error")
	}
	all.short.Release(1)
	if waited, err := all.decode(t.Context(), nil, func([]byte) {}); waited != 0 || err != nil {
		t.Errorf("waited %s, error %v", waited, err)
	}
}

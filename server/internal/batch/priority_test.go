package batch

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestUrgentRunsFirst: what others wait for does not stand behind what came before.
func TestUrgentRunsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fake{speed: time.Millisecond}
		q := queue(t, m, Options{MaxPairs: 1, Wait: -1})
		done := make(chan error, 2)
		go func() {
			_, err := scoreAll(q, t.Context(), equal(0, 4, 100))
			done <- err
		}()
		synctest.Wait()
		go func() {
			_, _, err := q.ScoreAt(t.Context(), Urgent, equal(100, 1, 10), func([]Scored[float32]) {})
			done <- err
		}()
		if err := errors.Join(<-done, <-done); err != nil {
			t.Fatal(err)
		}
		var order []int
		for _, b := range m.batches {
			order = append(order, b[0].id)
		}
		if slices.Index(order, 100) != 1 {
			t.Errorf("ran in the order %v, want 100 second", order)
		}
	})
}

// TestAheadMakesWay: what nobody waits for runs alone, or ends.
func TestAheadMakesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queue(t, &fake{speed: time.Millisecond}, Options{MaxPairs: 1, Wait: -1})
		ahead := func(first int) chan error {
			done := make(chan error, 1)
			go func() {
				_, _, err := q.ScoreAt(t.Context(), Ahead, equal(first, 3, 100), func([]Scored[float32]) {})
				done <- err
			}()
			return done
		}
		if err := <-ahead(0); err != nil {
			t.Errorf("alone: error %v", err)
		}
		interrupted := ahead(10)
		synctest.Wait()
		ordinary := make(chan error, 1)
		go func() {
			_, err := scoreAll(q, t.Context(), equal(20, 3, 100))
			ordinary <- err
		}()
		synctest.Wait()
		refused := ahead(30)
		if err := <-interrupted; !errors.Is(err, ErrBusy) {
			t.Errorf("interrupted: error %v", err)
		}
		if err := <-refused; !errors.Is(err, ErrBusy) {
			t.Errorf("refused: error %v", err)
		}
		if err := <-ordinary; err != nil {
			t.Errorf("what made it end: error %v", err)
		}
		wantEmpty(t, q)
	})
}

package batch

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// ask an urgent text of ten tokens that is waited for so long, and say when it was
// answered.
func ask(t *testing.T, q *Queue[pair, float32], patience time.Duration) (took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	began := time.Now()
	_, _, err = q.ScoreAt(ctx, Urgent, equal(0, 1, 10), func([]Scored[float32]) {})
	return time.Since(began), err
}

// TestLate: of urgent texts that come at three times the speed of the model, those that
// cannot be in time are refused at once, and the model is kept busy by the others.
func TestLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queue(t, &fake{speed: time.Millisecond}, Options{MaxPairs: 1, Wait: -1, Workers: 1})
		if _, err := ask(t, q, time.Hour); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		scored, refused := make(chan time.Duration, 300), make(chan time.Duration, 300)
		begin := time.Now()
		var asked sync.WaitGroup
		for range 300 {
			asked.Go(func() {
				took, err := ask(t, q, 100*time.Millisecond)
				var late *LateError
				switch {
				case err == nil:
					scored <- took
				case errors.As(err, &late):
					refused <- took
				default:
					t.Errorf("neither scored nor refused: %v after %s", err, took)
				}
			})
			time.Sleep(10 * time.Millisecond / 3)
		}
		asked.Wait()
		all := time.Since(begin)
		close(scored)
		close(refused)
		busy := time.Duration(len(scored)) * 10 * time.Millisecond
		for took := range scored {
			if took > 75*time.Millisecond {
				t.Errorf("scored after %s", took)
			}
		}
		for took := range refused {
			if took > 0 {
				t.Errorf("refused after %s", took)
			}
		}
		if busy < all*9/10 {
			t.Errorf("the model was busy for %s of %s", busy, all)
		}
	})
}

// TestLateLearns: a model that was slow once is asked again where it has nothing to do.
func TestLateLearns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &fake{speed: time.Second}
		q := queue(t, m, Options{MaxPairs: 1, Wait: -1})
		if _, err := ask(t, q, time.Hour); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // until its worker has stopped
		m.speed = time.Microsecond
		if _, err := ask(t, q, 50*time.Millisecond); err != nil {
			t.Errorf("alone before a model that was slow: %v", err)
		}
	})
}

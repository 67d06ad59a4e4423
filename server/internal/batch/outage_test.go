package batch

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// away is an error that says whether the model is to blame.
type away bool

func (away) Error() string  { return "away" }
func (a away) Outage() bool { return bool(a) }

// failing fails every batch, the first one once all have come.
type failing struct {
	err  error
	runs atomic.Int64
	gate chan struct{}
}

func (*failing) Length(int) int { return 1 }

func (f *failing) Score(ctx context.Context, _ []int) ([]int, error) {
	f.runs.Add(1)
	<-f.gate
	return nil, f.err
}

// TestOutage: a batch of several requests that met an outage fails as one; where one of
// them may be the reason each is tried alone.
func TestOutage(t *testing.T) {
	for _, outage := range []bool{true, false} {
		f := &failing{err: away(outage), gate: make(chan struct{})}
		q, err := New(f, Options{Wait: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		ask := func() {
			if _, _, err := q.Score(t.Context(), []int{1}, func([]Scored[int]) {}); !errors.Is(err, away(outage)) {
				t.Errorf("error %v", err)
			}
		}
		wg.Go(ask)
		for f.runs.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		const others = 5
		for range others {
			wg.Go(ask)
		}
		for q.Stats().Pairs < others {
			time.Sleep(time.Millisecond)
		}
		q.mu.Lock()
		q.shared = false // so that the next batch does not wait for more
		q.mu.Unlock()
		close(f.gate)
		wg.Wait()
		want := int64(2) // the first request alone, and the others together
		if !outage {
			want += others
		}
		if n := f.runs.Load(); n != want {
			t.Errorf("outage %v: the model ran %d times, want %d", outage, n, want)
		}
		if err := q.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

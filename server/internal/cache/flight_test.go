package cache

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// outcome of scoreAll.
type outcome struct {
	got map[int]answer.Score
	err error
}

func scoring(ctx context.Context, m rerank.PairModel, req *api.Request) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		got, err := scoreAll(ctx, m, req)
		done <- outcome{got, err}
	}()
	return done
}

// gated is a model that scores nothing before its gate opens, and says when
// the first pair has come to it.
func gated() (f *fake, came, gate chan struct{}) {
	came, gate = make(chan struct{}), make(chan struct{})
	var once sync.Once
	f = &fake{before: func(ctx context.Context, _ string) error {
		once.Do(func() { close(came) })
		select {
		case <-gate:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}}
	return f, came, gate
}

// TestEqualPairsOnce: what is being scored for one request is not scored for
// another.
func TestEqualPairsOnce(t *testing.T) {
	f, came, gate := gated()
	c, m := cached(t, f, Options{})
	req := request("q", "one", "two", "three")
	first := scoring(t.Context(), m, req)
	<-came
	var others []<-chan outcome
	for range 4 {
		others = append(others, scoring(t.Context(), m, req))
	}
	close(gate)
	o := <-first
	wantAll(t, f, req, o.got, o.err, 0)
	for _, other := range others {
		o := <-other
		wantAll(t, f, req, o.got, o.err, 3)
	}
	if s := c.Stats(); f.runs() != 3 || s.Misses != 3 || s.Joined+s.Hits != 12 {
		t.Errorf("%d runs, stats %+v", f.runs(), s)
	}
}

// TestEqualPairsOfOneRequest: a text that comes twice is scored once.
func TestEqualPairsOfOneRequest(t *testing.T) {
	f := &fake{}
	_, m := cached(t, f, Options{})
	req := request("q", "one", "two", "one", "one")
	got, err := scoreAll(t.Context(), m, req)
	wantAll(t, f, req, got, err, 2)
	if f.runs() != 2 {
		t.Errorf("%d runs", f.runs())
	}
}

// TestLeaderGivesUp: a request that is cancelled, or fails, takes nobody with it.
func TestLeaderGivesUp(t *testing.T) {
	gone, broken := errors.New("gone"), errors.New("out of order")
	for _, tt := range []struct {
		name string
		want error // of the first request
	}{{"cancelled", gone}, {"failed", broken}} {
		t.Run(tt.name, func(t *testing.T) {
			f, came, gate := gated()
			c, m := cached(t, f, Options{})
			ctx, cancel := context.WithCancelCause(t.Context())
			req := request("q", "one", "two")
			first := scoring(ctx, m, req)
			<-came
			f.before = nil // for whoever comes after the first
			second := scoring(t.Context(), m, req)
			await(func() bool { return c.flights.Len() == 2 })
			cancel(tt.want)
			if o := <-first; !errors.Is(o.err, tt.want) {
				t.Errorf("the first: error %v", o.err)
			}
			o := <-second
			wantAll(t, f, req, o.got, o.err, 0)
			close(gate)
			wantNoFlights(t, c)
		})
	}
}

func wantNoFlights(t *testing.T, c *Cache) {
	t.Helper()
	if n := c.flights.Len(); n != 0 {
		t.Errorf("%d flights never landed", n)
	}
}

// TestFollowerIsCancelled: who waits for another request is not bound to it.
func TestFollowerIsCancelled(t *testing.T) {
	f, came, gate := gated()
	c, m := cached(t, f, Options{})
	req := request("q", "one")
	first := scoring(t.Context(), m, req)
	<-came
	ctx, cancel := context.WithCancelCause(t.Context())
	second, gone := scoring(ctx, m, req), errors.New("gone")
	cancel(gone)
	if o := <-second; !errors.Is(o.err, gone) {
		t.Errorf("error %v", o.err)
	}
	close(gate)
	o := <-first
	wantAll(t, f, req, o.got, o.err, 0)
	wantNoFlights(t, c)
}

// TestPanicLands: a model that panics leaves nobody waiting.
func TestPanicLands(t *testing.T) {
	f := &fake{before: func(context.Context, string) error { panic("out of order") }}
	c, m := cached(t, f, Options{})
	func() {
		defer func() { _ = recover() }()
		_, _ = scoreAll(t.Context(), m, request("q", "one"))
	}()
	wantNoFlights(t, c)
}

// TestStress: whatever is cancelled when, every other request has all its
// scores, and nobody waits for ever.
func TestStress(t *testing.T) {
	f := &fake{before: func(ctx context.Context, text string) error {
		if text == "7" && rand.IntN(3) == 0 {
			return errors.New("out of order")
		}
		return ctx.Err()
	}}
	c, m := cached(t, f, Options{Bytes: 4 * entryBytes}) // little: pairs come again
	var wg sync.WaitGroup
	for seed := range uint64(16) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, 1))
			for range 20 {
				req := request("q")
				for range 1 + r.IntN(8) {
					req.Documents = append(req.Documents, api.Document{Text: fmt.Sprint(r.IntN(10))})
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(200))*time.Microsecond)
				got, err := scoreAll(ctx, m, req)
				if err == nil && len(got) != len(req.Documents) {
					t.Errorf("%d of %d scores", len(got), len(req.Documents))
				}
				cancel()
			}
		})
	}
	wg.Wait()
	wantNoFlights(t, c)
}

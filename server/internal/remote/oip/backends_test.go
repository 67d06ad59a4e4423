package oip

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/remote/remotetest"
	"github.com/splitrank/splitrank/shared/api"
)

// TestOverloadIsNotRetried: one call goes to one backend, which is left alone
// afterwards while the other one answers.
func TestOverloadIsNotRetried(t *testing.T) {
	a, b := remotetest.NewOIP(t, remotetest.OIPOptions{}), remotetest.NewOIP(t, remotetest.OIPOptions{})
	e := open(t, configOf(t, nil, a, b), remote.Options{})
	ready(t, e)
	pairs, _ := some(t, e)
	beforeA, _ := a.Calls()
	beforeB, _ := b.Calls()
	busy := remotetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"25"}}}
	a.FailAlways(&busy)
	b.FailAlways(&busy)
	for i := range 5 {
		_, err := e.Score(t.Context(), pairs)
		var f *remote.Fault
		var told *api.Error
		if !errors.As(err, &f) || f.Kind != remote.Overloaded || !errors.As(err, &told) || told.Code != api.Overloaded || told.RetryAfter < 1 {
			t.Fatalf("call %d: error %v", i, err)
		}
	}
	afterA, _ := a.Calls()
	afterB, _ := b.Calls()
	if afterA-beforeA != 1 || afterB-beforeB != 1 { // the first two calls; then both are left alone
		t.Errorf("backends were asked %d and %d times", afterA-beforeA, afterB-beforeB)
	}
}

// TestHedge: a call that is later than nearly all others is answered by another
// backend, and the first one is not waited for.
func TestHedge(t *testing.T) {
	a, b := remotetest.NewOIP(t, remotetest.OIPOptions{}), remotetest.NewOIP(t, remotetest.OIPOptions{})
	var hedges atomic.Int64
	e := open(t, configOf(t, map[string]any{"timeout_ms": 60000}, a, b), remote.Options{Hooks: remote.Hooks{Hedged: func(_, _ string) { hedges.Add(1) }}})
	ready(t, e)
	pairs, want := some(t, e)
	for range 100 {
		if _, err := e.Score(t.Context(), pairs); err != nil {
			t.Fatal(err)
		}
	}
	before := hedges.Load()
	a.Fail(remotetest.Fault{Hang: true})
	for range 2 {
		got, err := e.Score(t.Context(), pairs)
		if err != nil || !cmp.Equal(want, got) {
			t.Fatalf("scores %v, error %v", got, err)
		}
	}
	if hedges.Load() == before {
		t.Error("nothing was hedged: this tests nothing")
	}
}

// TestNoHedgeAfterOverload: where a backend said that it has too much to do, none is
// given more than was asked for.
func TestNoHedgeAfterOverload(t *testing.T) {
	a, b := remotetest.NewOIP(t, remotetest.OIPOptions{}), remotetest.NewOIP(t, remotetest.OIPOptions{})
	var hedges atomic.Int64
	e := open(t, configOf(t, map[string]any{"timeout_ms": 2000}, a, b), remote.Options{Hooks: remote.Hooks{Hedged: func(_, _ string) { hedges.Add(1) }}})
	ready(t, e)
	pairs, _ := some(t, e)
	for range 64 {
		if _, err := e.Score(t.Context(), pairs); err != nil {
			t.Fatal(err)
		}
	}
	before := hedges.Load()
	busy := remotetest.Fault{Status: 503, Header: http.Header{"Retry-After": {"0.001"}}}
	a.Fail(busy)
	for failed := false; !failed; {
		_, err := e.Score(t.Context(), pairs)
		failed = err != nil
	}
	wait := make(chan struct{})
	a.Fail(remotetest.Fault{Wait: wait})
	b.Fail(remotetest.Fault{Wait: wait})
	done := make(chan error)
	go func() {
		_, err := e.Score(t.Context(), pairs)
		done <- err
	}()
	until(t, func() bool { s := e.States(); return s[0].InFlight+s[1].InFlight > 0 })
	time.AfterFunc(50*time.Millisecond, func() { close(wait) }) // ten times what a hedge waits for
	if err := <-done; err != nil || hedges.Load() > before {
		t.Errorf("%d hedges, error %v", hedges.Load()-before, err)
	}
}

// TestBreaker: a backend that fails again and again is not asked for a while, and the
// other one answers everything.
func TestBreaker(t *testing.T) {
	a, b := remotetest.NewOIP(t, remotetest.OIPOptions{}), remotetest.NewOIP(t, remotetest.OIPOptions{})
	e := open(t, configOf(t, map[string]any{"hedge": false}, a, b), remote.Options{})
	ready(t, e)
	pairs, _ := some(t, e)
	a.Fail(make([]remotetest.Fault, 0)...)
	broken := remotetest.Fault{Change: func(string) string { return "garbage" }}
	a.FailAlways(&broken)
	for range 40 {
		if _, err := e.Score(t.Context(), pairs); err != nil {
			t.Fatal(err)
		}
	}
	if s := e.States()[0]; s.Ready && !s.Open {
		t.Errorf("the backend is still asked: %+v", s)
	}
	if n, _ := a.Calls(); n > 20 {
		t.Errorf("it was asked %d times", n)
	}
}

// TestNotUpAtStart: a backend that is not there, or not ready, is none; as soon as it
// is, it is asked.
func TestNotUpAtStart(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before remotetest.OIPOptions
		down   bool
	}{
		{"not there", remotetest.OIPOptions{}, true},
		{"the model is not ready, the server is", remotetest.OIPOptions{NotReady: true}, false},
		{"no such model yet", remotetest.OIPOptions{Unknown: true}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := remotetest.NewOIP(t, tt.before)
			s.Down(tt.down)
			told := make(chan remote.Status, 16)
			e := open(t, configOf(t, nil, s), remote.Options{Hooks: remote.Hooks{Changed: func(_, _ string, s remote.Status) { told <- s }}})
			if s := <-told; s.Why == nil {
				t.Errorf("it is told to be ready: %+v", s)
			}
			pairs, want := some(t, e)
			_, err := e.Score(t.Context(), pairs)
			var f *remote.Fault
			if !errors.As(err, &f) || f.Kind != remote.Unavailable || !remote.Quiet(err) {
				t.Errorf("error %v", err)
			}
			if _, ok := e.Version(); ok {
				t.Error("it has a version")
			}
			s.Set(remotetest.OIPOptions{})
			s.Down(false)
			ready(t, e)
			if got, err := e.Score(t.Context(), pairs); err != nil || !cmp.Equal(want, got) {
				t.Errorf("scores %v, error %v", got, err)
			}
		})
	}
}

// TestWrongModel: a backend whose logits are others than expected is not asked.
func TestWrongModel(t *testing.T) {
	s := remotetest.NewOIP(t, remotetest.OIPOptions{})
	first := open(t, configOf(t, nil, s), remote.Options{})
	ready(t, first)
	query, documents := remote.CheckedPairs()
	pairs, err := first.pairs(query, documents)
	if err != nil {
		t.Fatal(err)
	}
	scores, err := first.Score(t.Context(), pairs)
	if err != nil {
		t.Fatal(err)
	}
	right := make([]float64, len(scores))
	for i, x := range scores {
		right[i] = float64(x)
	}
	squashed := []float64{0.9, 0.1, 0.5}
	for _, tt := range []struct {
		name     string
		expected []float64
		file     []map[string]any
		wrong    bool
	}{
		{"as the local model", right, nil, false},
		{"not as the local model", squashed, nil, true},
		{"as the file says", nil, []map[string]any{{"query": query, "document": documents[0], "logit": right[0]}}, false},
		{"not as the file says", nil, []map[string]any{{"query": query, "document": documents[0], "logit": right[0] + 1}}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			told := make(chan remote.Status, 16)
			more := map[string]any{}
			if tt.file != nil {
				more["expect"] = tt.file
			}
			e := open(t, configOf(t, more, s), remote.Options{Expected: tt.expected, Hooks: remote.Hooks{Changed: func(_, _ string, s remote.Status) { told <- s }}})
			status := <-told
			if remote.IsWrongModel(status.Why) != tt.wrong || e.States()[0].Ready == tt.wrong {
				t.Errorf("status %+v", status)
			}
			if _, err := e.Score(t.Context(), pairs); (err != nil) != tt.wrong {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestVersion: what is served is known by what answers say and by logits, and a change
// shows before the scores that it made.
func TestVersion(t *testing.T) {
	other := func(ids []int64) float32 { return remotetest.Logit(ids) + 1 }
	for _, tt := range []struct {
		name          string
		before, after remotetest.OIPOptions
		elsewhere     bool // another process serves it then
	}{
		{"it tells its version", remotetest.OIPOptions{Version: "1"}, remotetest.OIPOptions{Version: "2", Logit: other}, false},
		{"it tells none, and starts again", remotetest.OIPOptions{}, remotetest.OIPOptions{Logit: other}, true},
		{"the version stays, and it starts again", remotetest.OIPOptions{Version: "1"}, remotetest.OIPOptions{Version: "1", Logit: other}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := remotetest.NewOIP(t, tt.before)
			e := open(t, configOf(t, nil, s), remote.Options{})
			ready(t, e)
			pairs, want := some(t, e)
			var before string
			until(t, func() (ok bool) { before, ok = e.Version(); return ok }) // which is worked out after a look
			time.Sleep(1100 * time.Millisecond)                                // a new connection within a second of a look is not looked at again
			epoch := e.Epoch()
			s.Set(tt.after)
			if tt.elsewhere {
				s.CloseClientConnections()
			}
			got, err := e.Score(t.Context(), pairs)
			if err != nil || got[0] != want[0]+1 {
				t.Fatalf("scores %v, error %v", got, err)
			}
			if e.Epoch() == epoch {
				t.Error("the scores are there, and the epoch is that before them")
			}
			until(t, func() bool { after, ok := e.Version(); return ok && after != before })
		})
	}
}

// TestMixed: while two backends serve different things nothing has a version.
func TestMixed(t *testing.T) {
	a, b := remotetest.NewOIP(t, remotetest.OIPOptions{Version: "1"}), remotetest.NewOIP(t, remotetest.OIPOptions{Version: "2"})
	e := open(t, configOf(t, nil, a, b), remote.Options{})
	ready(t, e)
	if v, ok := e.Version(); ok {
		t.Errorf("it has version %q", v)
	}
	a.Set(remotetest.OIPOptions{Version: "2"})
	pairs, _ := some(t, e)
	for range 2 {
		if _, err := e.Score(t.Context(), pairs); err != nil {
			t.Fatal(err)
		}
	}
	until(t, func() bool { _, ok := e.Version(); return ok })
}

// TestAlikeIsOneVersion: backends that add up in another order serve the same model.
func TestAlikeIsOneVersion(t *testing.T) {
	a := remotetest.NewOIP(t, remotetest.OIPOptions{})
	b := remotetest.NewOIP(t, remotetest.OIPOptions{Logit: func(ids []int64) float32 { return remotetest.Logit(ids) + 0.005 }})
	e := open(t, configOf(t, nil, a, b), remote.Options{})
	ready(t, e)
	until(t, func() bool { _, ok := e.Version(); return ok })
}

// TestLeastInFlight: a backend that is slow is given no more than it has.
func TestLeastInFlight(t *testing.T) {
	a, b := remotetest.NewOIP(t, remotetest.OIPOptions{}), remotetest.NewOIP(t, remotetest.OIPOptions{})
	e := open(t, configOf(t, map[string]any{"hedge": false}, a, b), remote.Options{})
	ready(t, e)
	pairs, _ := some(t, e)
	wait := make(chan struct{})
	idle, _ := a.Calls()
	a.Fail(remotetest.Fault{Wait: wait})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 2 { // one of them at a
		wg.Go(func() { _, _ = e.Score(ctx, pairs) })
	}
	until(t, func() bool {
		s := e.States()
		calls, _ := a.Calls()
		return s[0].InFlight == 1 && s[1].InFlight == 0 && calls > idle
	})
	before, _ := a.Calls()
	for range 10 {
		if _, err := e.Score(t.Context(), pairs); err != nil {
			t.Error(err)
		}
	}
	if after, _ := a.Calls(); after != before {
		t.Errorf("the slow backend was asked %d times more", after-before)
	}
	close(wait)
	wg.Wait()
	cancel()
}

// TestKeyIsSent: to the backends and nowhere else; no error has it.
func TestKeyIsSent(t *testing.T) {
	t.Setenv("BACKEND_KEY", "s3cret")
	s := remotetest.NewOIP(t, remotetest.OIPOptions{})
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a redirect was followed, with %q", r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	e := open(t, configOf(t, map[string]any{"key_env": "BACKEND_KEY"}, s), remote.Options{})
	ready(t, e)
	pairs, _ := some(t, e)
	s.Fail(remotetest.Fault{Status: 307, Header: http.Header{"Location": {elsewhere.URL}}})
	_, err := e.Score(t.Context(), pairs)
	if err == nil || fmt.Sprint(err) == "" {
		t.Errorf("error %v", err)
	}
	for _, h := range s.Headers("Authorization") {
		if h != "Bearer s3cret" {
			t.Errorf("a request has %q", h)
		}
	}
}

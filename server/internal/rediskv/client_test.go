package rediskv

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/redistest"
)

func newClient(t *testing.T, o Options) *Client {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestServer: what was set is found by others who use the same prefix, until
// its time has come or it is deleted.
func TestServer(t *testing.T) {
	server := redistest.ForTest(t)
	const longest = 200 << 10 // 300 of them do not fit one reply
	o := Options{URL: server.URL(), Prefix: "a:", MaxValue: longest, ReadTimeout: time.Minute}
	var keys []Key
	c := newClient(t, o)
	for i := range 300 {
		keys = append(keys, Key{byte(i), byte(i >> 8)})
		want := bytes.Repeat([]byte{byte(i)}, longest-i)
		if i%20 == 0 {
			await(func() bool { return c.waiting.Load() < mostWaitingBytes/2 })
		}
		c.Set(keys[i], want)
	}
	c.Set(Key{9, 9}, make([]byte, longest+1))
	if s := c.Stats(); s.Dropped != 1 {
		t.Errorf("stats %+v", s)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = newClient(t, o)
	defer c.Close()
	for i, v := range c.Get(t.Context(), keys) {
		if v == nil || *v != strings.Repeat(string([]byte{byte(i)}), longest-i) {
			t.Errorf("value %d is another", i)
		}
	}
	if ttl, err := c.client.TTL(t.Context(), c.Name(keys[0])).Result(); err != nil || ttl <= 0 || ttl > DefaultTTL {
		t.Errorf("forgotten after %s, error %v", ttl, err)
	}
	c.Set(keys[1], []byte("again"))
	if err := c.Delete(t.Context(), keys[0], keys[1]); err != nil {
		t.Error(err)
	}
	if err := c.client.LPush(t.Context(), c.Name(keys[0]), "a list").Err(); err != nil {
		t.Error(err)
	}
	got := c.Get(t.Context(), []Key{keys[0], keys[1], keys[2]})
	if got[0] != nil || got[1] != nil || got[2] == nil {
		t.Errorf("after deleting: %v", got)
	}
	o.Prefix = "b:"
	other := newClient(t, o)
	defer other.Close()
	if got := other.Get(t.Context(), keys[2:3]); got[0] != nil {
		t.Error("another prefix finds it, too")
	}
}

// await waits until other goroutines have made something true.
func await(so func() bool) {
	for !so() {
		runtime.Gosched()
	}
}

// TestHurriedCaller: a request that ends early says nothing about Redis.
func TestHurriedCaller(t *testing.T) {
	r := newClient(t, Options{URL: "redis://127.0.0.1:1"})
	defer r.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 * mostFailures {
		if got := r.Get(ctx, []Key{{}}); got[0] != nil {
			t.Errorf("%v", got)
		}
	}
	if s := r.Stats(); s.Away || s.Errors != 0 {
		t.Errorf("stats %+v", s)
	}
}

// TestDrops: what Redis does not take in time is dropped, and nobody waits.
func TestDrops(t *testing.T) {
	r := newClient(t, Options{URL: "redis://127.0.0.1:1"})
	for range 3 * mostWaiting {
		r.Set(Key{}, []byte("x"))
	}
	await(func() bool { return r.Stats().Dropped == 3*mostWaiting })
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestAddress(t *testing.T) {
	for _, bad := range []string{"", "localhost:6379", "http://localhost", "redis://user:secret@localhost:x", "redis://:secret@localhost/name", "unix://"} {
		r, err := New(Options{URL: bad})
		if err == nil {
			r.Close()
		}
		if err == nil || strings.Contains(err.Error(), "secret") || errors.Unwrap(err) == nil {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}

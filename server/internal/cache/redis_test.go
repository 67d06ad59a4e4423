package cache

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/digest"
	"github.com/splitrank/splitrank/server/internal/redistest"
	"github.com/splitrank/splitrank/shared/api"
)

// newRedisServer starts a real one, or skips the test.
func newRedisServer(t *testing.T) *redistest.Server {
	t.Helper()
	s, err := redistest.New()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("redis-server is not installed (Debian package redis-server)")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func newRedis(t *testing.T, o RedisOptions) *Redis {
	t.Helper()
	r, err := NewRedis(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRedis(t *testing.T) {
	server := newRedisServer(t)
	t.Run("shared", func(t *testing.T) { testShared(t, server) })
	t.Run("foreign values", func(t *testing.T) { testForeign(t, server) })
	t.Run("killed and back", func(t *testing.T) { testKilled(t, server) })
}

// testShared: what one machine scored, another knows, bit by bit.
func testShared(t *testing.T, server *redistest.Server) {
	f, req := &fake{}, request("q", "one", "two", "three")
	c, err := New(Options{Redis: newRedis(t, RedisOptions{URL: server.URL()})})
	if err != nil {
		t.Fatal(err)
	}
	got, err := scoreAll(t.Context(), c.Model(f, identity), req)
	wantAll(t, f, req, got, err, 0)
	if err := c.Close(); err != nil { // which writes what waits
		t.Fatal(err)
	}
	other, m := cached(t, f, Options{Redis: newRedis(t, RedisOptions{URL: server.URL()})})
	for _, want := range []Stats{{Shared: 3, Entries: 3, Redis: &RedisStats{}}, {Shared: 3, Hits: 3, Entries: 3, Redis: &RedisStats{}}} {
		got, err = scoreAll(t.Context(), m, req)
		wantAll(t, f, req, got, err, 3)
		if s := other.Stats(); s.Shared != want.Shared || s.Hits != want.Hits || s.Entries != want.Entries || *s.Redis != *want.Redis {
			t.Errorf("stats %+v, Redis %+v, want %+v", s, s.Redis, want)
		}
	}
	req.NoCache = true
	got, err = scoreAll(t.Context(), m, req)
	wantAll(t, f, req, got, err, 0)
	ttl, err := other.redis.client.TTL(t.Context(), nameOf(digest.Pairs("fake 1", req)[0])).Result()
	if err != nil || ttl <= 0 || ttl > DefaultTTL {
		t.Errorf("forgotten after %s, error %v", ttl, err)
	}
}

// testForeign: what no cache wrote is no score.
func testForeign(t *testing.T, server *redistest.Server) {
	f, req := &fake{}, request("strange", "one", "two", "three", "four")
	_, m := cached(t, f, Options{Redis: newRedis(t, RedisOptions{URL: server.URL()})})
	r := newRedis(t, RedisOptions{URL: server.URL()})
	defer r.Close()
	keys := digest.Pairs("fake 1", req)
	for i, value := range []string{"", "\x7f\xf8\x00\x00\x00\x00\x00\x00\x00", "\x00\x00\x00\x00\x00\x00\x00\x00\x02"} {
		if err := r.client.Set(t.Context(), nameOf(keys[i]), value, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.client.LPush(t.Context(), nameOf(keys[3]), "x").Err(); err != nil {
		t.Fatal(err)
	}
	got, err := scoreAll(t.Context(), m, req)
	wantAll(t, f, req, got, err, 0)
}

// testKilled: no request fails while Redis is away, and it is used again once
// it is back.
func testKilled(t *testing.T, server *redistest.Server) {
	var away atomic.Bool
	f := &fake{}
	c, m := cached(t, f, Options{Redis: newRedis(t, RedisOptions{
		URL: server.URL(), Changed: away.Store, away: time.Millisecond,
	})})
	n := 0
	ask := func() {
		n++
		req := request("killed", strings.Repeat("x", n))
		got, err := scoreAll(t.Context(), m, req)
		wantAll(t, f, req, got, err, 0)
	}
	ask()
	server.Kill()
	await(func() bool { ask(); return away.Load() })
	if s := c.Stats().Redis; s.Errors < mostFailures {
		t.Errorf("stats %+v", s)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	await(func() bool { ask(); return !away.Load() })
}

func identity(*api.Request) string { return "fake 1" }

// TestRedisHangs: a server that takes connections and says nothing costs a
// request a moment, and then nothing.
func TestRedisHangs(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	f := &fake{}
	c, m := cached(t, f, Options{Redis: newRedis(t, RedisOptions{URL: "redis://" + ln.Addr().String()})})
	for i := range mostFailures + 5 {
		req := request("q", strings.Repeat("x", i))
		got, err := scoreAll(t.Context(), m, req)
		wantAll(t, f, req, got, err, 0)
	}
	if s := c.Stats().Redis; !s.Away || s.Errors < mostFailures {
		t.Errorf("stats %+v", s)
	}
}

// TestRedisOfHurriedCaller: a request that ends early says nothing about Redis.
func TestRedisOfHurriedCaller(t *testing.T) {
	r := newRedis(t, RedisOptions{URL: "redis://127.0.0.1:1"})
	defer r.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 * mostFailures {
		if got := r.get(ctx, []key{{}}); got != nil {
			t.Errorf("%v", got)
		}
	}
	if s := r.stats(); s.Away || s.Errors != 0 {
		t.Errorf("stats %+v", s)
	}
}

// TestRedisDrops: what Redis does not take in time is dropped, and nobody waits.
func TestRedisDrops(t *testing.T) {
	r := newRedis(t, RedisOptions{URL: "redis://127.0.0.1:1"})
	for range 3 * mostWaiting {
		r.set(key{}, score{})
	}
	await(func() bool { return r.stats().Dropped == 3*mostWaiting })
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestRedisAddress(t *testing.T) {
	for _, bad := range []string{"", "localhost:6379", "http://localhost", "redis://user:secret@localhost:x", "redis://:secret@localhost/name", "unix://"} {
		r, err := NewRedis(RedisOptions{URL: bad})
		if err == nil {
			r.Close()
		}
		if err == nil || strings.Contains(err.Error(), "secret") || errors.Unwrap(err) == nil {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}

func TestCodec(t *testing.T) {
	for _, s := range []score{{}, {-11.25, true}, {0.1, false}, {1e300, true}} {
		if got := decode(string(s.encode())); got == nil || *got != s {
			t.Errorf("%+v comes back as %+v", s, got)
		}
	}
}

package cache

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/digest"
	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/server/internal/redistest"
	"github.com/splitrank/splitrank/shared/api"
)

// failures in a row, after which Redis is left alone.
const failures = 3

func newRedis(t *testing.T, o rediskv.Options) *rediskv.Client {
	t.Helper()
	r, err := NewRedis(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRedis(t *testing.T) {
	server := redistest.ForTest(t)
	t.Run("shared", func(t *testing.T) { testShared(t, server) })
	t.Run("foreign values", func(t *testing.T) { testForeign(t, server) })
	t.Run("killed and back", func(t *testing.T) { testKilled(t, server) })
}

// testShared: what one machine scored, another knows, bit by bit.
func testShared(t *testing.T, server *redistest.Server) {
	f, req := &fake{}, request("q", "one", "two", "three")
	c, err := New(Options{Redis: newRedis(t, rediskv.Options{URL: server.URL()})})
	if err != nil {
		t.Fatal(err)
	}
	got, err := scoreAll(t.Context(), c.Model(f, identity), req)
	wantAll(t, f, req, got, err, 0)
	if err := c.Close(); err != nil { // which writes what waits
		t.Fatal(err)
	}
	other, m := cached(t, f, Options{Redis: newRedis(t, rediskv.Options{URL: server.URL()})})
	for _, want := range []Stats{{Shared: 3, Entries: 3, Redis: &rediskv.Stats{}}, {Shared: 3, Hits: 3, Entries: 3, Redis: &rediskv.Stats{}}} {
		got, err = scoreAll(t.Context(), m, req)
		wantAll(t, f, req, got, err, 3)
		if s := other.Stats(); s.Shared != want.Shared || s.Hits != want.Hits || s.Entries != want.Entries || *s.Redis != *want.Redis {
			t.Errorf("stats %+v, Redis %+v, want %+v", s, s.Redis, want)
		}
	}
	req.NoCache = true
	got, err = scoreAll(t.Context(), m, req)
	wantAll(t, f, req, got, err, 0)
}

// testForeign: what no cache wrote is no score.
func testForeign(t *testing.T, server *redistest.Server) {
	f, req := &fake{}, request("strange", "one", "two", "three", "four")
	_, m := cached(t, f, Options{Redis: newRedis(t, rediskv.Options{URL: server.URL()})})
	r := newRedis(t, rediskv.Options{URL: server.URL()})
	keys := digest.Pairs("fake 1", req)
	for i, value := range []string{"x", "\x7f\xf8\x00\x00\x00\x00\x00\x00\x00", "\x00\x00\x00\x00\x00\x00\x00\x00\x02", "\x00\x00"} {
		r.Set(keys[i], []byte(value))
	}
	if err := r.Close(); err != nil { // which writes what waits
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
	c, m := cached(t, f, Options{Redis: newRedis(t, rediskv.Options{
		URL: server.URL(), Changed: away.Store, Away: time.Millisecond,
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
	if s := c.Stats().Redis; s.Errors < failures {
		t.Errorf("stats %+v", s)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	await(func() bool { ask(); return !away.Load() })
}

func identity(*api.Request) (string, bool) { return "fake 1", true }

// TestRedisHangs: a server that takes connections and says nothing costs a
// request a moment, and then nothing.
func TestRedisHangs(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	f := &fake{}
	c, m := cached(t, f, Options{Redis: newRedis(t, rediskv.Options{URL: "redis://" + ln.Addr().String()})})
	for i := range failures + 5 {
		req := request("q", strings.Repeat("x", i))
		got, err := scoreAll(t.Context(), m, req)
		wantAll(t, f, req, got, err, 0)
	}
	if s := c.Stats().Redis; !s.Away || s.Errors < failures {
		t.Errorf("stats %+v", s)
	}
}

func TestCodec(t *testing.T) {
	for _, s := range []score{{}, {-11.25, true}, {0.1, false}, {1e300, true}} {
		if got := decode(new(string(s.encode()))); got == nil || *got != s {
			t.Errorf("%+v comes back as %+v", s, got)
		}
	}
}

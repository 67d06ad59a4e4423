package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// askFrom sends a request with a key from an address.
func askFrom(s *Server, address, key string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/rerank", strings.NewReader(hebrew))
	r.RemoteAddr = address + ":1234"
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// TestGuesses: who tries keys is slowed, those who know one are not, and
// nobody else notices.
func TestGuesses(t *testing.T) {
	s := newServer(t, func(c *Config) { c.APIKeys = []string{"good", "other"} })
	now := time.Now()
	s.guesses.now = func() time.Time { return now }
	want := func(what, address, key string, status int) {
		t.Helper()
		if w := askFrom(s, address, key); w.Code != status {
			t.Errorf("%s: status %d, want %d", what, w.Code, status)
		} else if status == 429 && w.Header().Get("Retry-After") != "1" {
			t.Errorf("%s: headers %v", what, w.Header())
		}
	}
	want("known", "203.0.113.1", "good", 200)
	for i := range guessesAtOnce {
		want("a guess", "203.0.113.1", fmt.Sprint("guess", i), 401)
	}
	want("a guess too many", "203.0.113.1", "guess", 429)
	want("a right guess tells nothing", "203.0.113.1", "other", 429)
	want("a key that was shown before", "203.0.113.1", "good", 200)
	want("no key is no guess", "203.0.113.1", "", 401)
	want("another address", "203.0.113.2", "other", 200)
	now = now.Add(guessEvery)
	want("one more after a while", "203.0.113.1", "guess", 401)
	want("and not two", "203.0.113.1", "guess", 429)
	now = now.Add(-time.Hour)
	want("the clock is set back", "203.0.113.1", "guess", 429)
	now = now.Add(2 * time.Hour)
	want("all is forgotten", "203.0.113.1", "other", 200)
	for i := range guessesAtOnce {
		want("a guess", fmt.Sprintf("[2001:db8::%x]", i+1), "guess", 401)
	}
	want("the same network", "[2001:db8::ffff]", "guess", 429)
	want("another network", "[2001:db8:0:1::1]", "guess", 401)
}

// TestGuessesAreBounded: making up addresses takes no memory.
func TestGuessesAreBounded(t *testing.T) {
	g := newGuesses()
	for i := range 3 * mostAddresses {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		g.note(a, sha256.Sum256(nil), i%2 == 0)
	}
	if n := len(g.known); n > mostAddresses {
		t.Errorf("%d addresses are remembered", n)
	}
	a := netip.MustParseAddr("192.0.2.1")
	for i := range 100 {
		g.note(a, sha256.Sum256([]byte{byte(i)}), true)
	}
	if n := len(g.known[network(a)].shown); n > mostKnown {
		t.Errorf("%d keys of one address are remembered", n)
	}
	g.note(netip.Addr{}, sha256.Sum256(nil), false) // a connection without an address
}

// TestSetKeys: a key that is gone is refused from the next request on, and a
// server does not open.
func TestSetKeys(t *testing.T) {
	first, _ := wire.NewKeys([]string{"first"})
	second, _ := wire.NewKeys([]string{"second"})
	s := newServer(t, func(c *Config) { c.Keys = first })
	for _, tt := range []struct {
		keys     wire.Keys
		ok       bool
		one, two int
	}{{nil, false, 200, 401}, {second, true, 401, 200}, {wire.Keys{}, false, 401, 200}, {append(first, second...), true, 200, 200}} {
		if err := s.SetKeys(tt.keys); (err == nil) != tt.ok {
			t.Errorf("%d keys: error %v", len(tt.keys), err)
		}
		if one, two := askFrom(s, "192.0.2.1", "first").Code, askFrom(s, "192.0.2.1", "second").Code; one != tt.one || two != tt.two {
			t.Errorf("%d keys: status %d and %d", len(tt.keys), one, two)
		}
	}
}

// TestLogNamesClients: by address and the name of the key, never by the key.
func TestLogNamesClients(t *testing.T) {
	var b bytes.Buffer
	keys, err := wire.ReadKeys(strings.NewReader("front secret-one\nsecret-two"))
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, func(c *Config) {
		logTo(&b, slog.LevelDebug)(c)
		c.Keys = keys
		c.Proxies, _ = wire.ParseProxies([]string{"10.0.0.0/8"})
	})
	for _, key := range []string{"secret-one", "secret-two", "secret-three", ""} {
		r := httptest.NewRequest("POST", "/rerank", strings.NewReader(hebrew))
		r.RemoteAddr = "10.0.0.1:1"
		r.Header.Set("X-Forwarded-For", "1.1.1.1, 203.0.113.9")
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Content-Type", "application/json")
		s.Handler().ServeHTTP(httptest.NewRecorder(), r)
	}
	var names []any
	for _, line := range lines(t, &b) {
		if line["msg"] == "request" {
			if names = append(names, line["key"]); line["client"] != "203.0.113.9" {
				t.Errorf("client %v", line["client"])
			}
		}
	}
	if fmt.Sprint(names) != "[front 2 <nil> <nil>]" || strings.Contains(b.String(), "secret") {
		t.Errorf("keys %v, log %s", names, b.String())
	}
}

// TestTenants: where keys are tenants, each has a name of its own that is not the key.
func TestTenants(t *testing.T) {
	for _, byKey := range []bool{false, true} {
		var seen []string
		s := newServer(t, func(c *Config) {
			c.APIKeys, c.TenantByKey = []string{"one", "two"}, byKey
			c.Reranker = rerankFunc(func(_ context.Context, req *api.Request) (*api.Response, error) {
				seen = append(seen, req.Tenant)
				return &api.Response{}, nil
			})
		})
		for _, key := range []string{"one", "two", "one"} {
			askFrom(s, "192.0.2.1", key)
			post(s, "/rerank/batch", `{"requests":[`+hebrew+`]}`, "Authorization", "Bearer "+key)
		}
		if len(seen) != 6 || (seen[0] != "") != byKey || (seen[0] == seen[2]) == byKey || seen[0] != seen[4] || seen[0] != seen[1] || strings.Contains(seen[0], "one") {
			t.Errorf("by key %v: %q", byKey, seen)
		}
	}
}

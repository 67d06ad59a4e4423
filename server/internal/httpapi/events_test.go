package httpapi

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/ubi"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// takesEvents accepts those that name a query.
func takesEvents(c *Config) {
	c.Events = func(events []ubi.Event) (taken ubi.Taken) {
		for _, e := range events {
			if e.QueryID == "" {
				taken.Unknown++
			} else {
				taken.Accepted++
			}
		}
		return taken
	}
}

func TestEventsAreTaken(t *testing.T) {
	s := newServer(t, takesEvents)
	w := post(s, "/events", `[{"action_name":"click","query_id":"a"},{"action_name":"click"}]`)
	if w.Code != 202 || strings.TrimSpace(w.Body.String()) != `{"accepted":1,"unknown":1,"late":0}` {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	metrics := do(s, "GET", "/metrics", "").Body.String()
	for _, want := range []string{`splitrank_events_total{outcome="accepted"} 1`, `splitrank_events_total{outcome="unknown"} 1`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s", want)
		}
	}
	long := `[{"action_name":"` + strings.Repeat("x", ubi.MaxBodyBytes) + `"}]`
	if w := post(s, "/events", long); w.Code != 413 {
		t.Errorf("a long body: status %d", w.Code)
	}
	if w := post(newServer(t, nil), "/events", `[{"action_name":"click"}]`); w.Code != 404 || !strings.Contains(w.Body.String(), "--query-log") {
		t.Errorf("without a log: status %d: %s", w.Code, w.Body)
	}
}

// TestEventRate: an address may send ten seconds' worth at once and no more, whoever
// else sends.
func TestEventRate(t *testing.T) {
	now := time.Unix(1000, 0)
	r := newEventRate(50)
	r.now = func() time.Time { return now }
	one, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	type step struct {
		client netip.Addr
		after  time.Duration
		n      int
		wait   int
		ok     bool
	}
	for i, s := range []step{
		{one, 0, 500, 0, true}, {one, 0, 1, 1, false}, {other, 0, 100, 0, true}, {one, time.Second, 50, 0, true},
		{one, 0, 100, 2, false}, {one, time.Hour, 501, 1, false}, {one, -time.Hour, 100, 0, true},
	} {
		now = now.Add(s.after)
		if wait, ok := r.take(s.client, s.n); wait != s.wait || ok != s.ok {
			t.Errorf("step %d: %v, %v, want %v, %v", i, wait, ok, s.wait, s.ok)
		}
	}
	for i := range mostAddresses + 10 {
		r.take(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 1)
	}
	if len(r.known) > mostAddresses {
		t.Errorf("%d addresses are remembered", len(r.known))
	}
	s := newServer(t, func(c *Config) { takesEvents(c); c.EventsPerSecond = 1 })
	many := "[" + strings.TrimSuffix(strings.Repeat(`{"action_name":"click"},`, 100), ",") + "]"
	post(s, "/events", many)
	if w := post(s, "/events", many); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, headers %v", w.Code, w.Header())
	}
}

// TestQueryID is told in the answer and in a header, and who asks may be told in one.
func TestQueryID(t *testing.T) {
	var client string
	s := newServer(t, func(c *Config) {
		c.Reranker = rerankFunc(func(ctx context.Context, req *api.Request) (*api.Response, error) {
			client = req.ClientID
			r, err := longestFirst(ctx, req)
			r.QueryID = "id-1"
			return r, err
		})
	})
	for _, tt := range []struct{ name, body, header, want string }{
		{"in the body", `{"query":"q","documents":["a"],"client_id":"v"}`, "", "v"},
		{"in a header", `{"query":"q","texts":["a"]}`, "v", "v"},
		{"in both", `{"query":"q","documents":["a"],"client_id":"v"}`, "w", "v"},
		{"nowhere", `{"query":"q","documents":["a"]}`, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := do(s, "POST", "/rerank", tt.body, "Content-Type", "application/json", wire.HeaderClientID, tt.header)
			if diff := cmp.Diff([]string{"id-1", tt.want}, []string{w.Header().Get(wire.HeaderQueryID), client}); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, bad := range []string{strings.Repeat("x", 101), "a b", "\xff"} {
		if w := do(s, "POST", "/rerank", `{"query":"q","documents":["a"]}`, "Content-Type", "application/json", wire.HeaderClientID, bad); w.Code != 422 {
			t.Errorf("%q: status %d", bad, w.Code)
		}
	}
}

// TestEventsOfOtherOrigins: a browser lets pages of the list send events, and no other.
func TestEventsOfOtherOrigins(t *testing.T) {
	s := newServer(t, func(c *Config) { takesEvents(c); c.CORSOrigins = []string{"https://app.example.com"} })
	for origin, want := range map[string]string{"https://app.example.com": "https://app.example.com", "https://evil.example.com": ""} {
		w := do(s, "OPTIONS", "/events", "", "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type,"+strings.ToLower(wire.HeaderClientID))
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: allowed %q, want %q", origin, got, want)
		}
		if w := do(s, "POST", "/events", `[{"action_name":"click","query_id":"q"}]`, "Origin", origin, "Content-Type", "text/plain"); w.Code != 415 {
			t.Errorf("%s: what needs no preflight is answered with %d", origin, w.Code)
		}
	}
}

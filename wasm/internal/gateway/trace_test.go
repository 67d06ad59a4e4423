package gateway

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestForwardedTrace: no header of a caller's can make a question to the origin fail.
func TestForwardedTrace(t *testing.T) {
	g, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, parent := range []string{"\x01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\x01", "x\r\ny", strings.Repeat("a", 10_000), ""} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header = http.Header{"Traceparent": {parent}, "Tracestate": {"a=\x00"}, "X-Request-Id": {"x\x01"}}
		g.identified(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			h := forwarded(r.Context(), "application/json")
			if h.Get("Traceparent") != "" || h.Get("Tracestate") != "" || strings.Contains(h.Get("X-Request-Id"), "\x01") {
				t.Errorf("%q: passed on %q", parent, h)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	}
}

// TestTenantsOfTheCache: where keys are tenants, no key finds what another has left.
func TestTenantsOfTheCache(t *testing.T) {
	for _, byKey := range []bool{false, true} {
		g, err := New(Config{APIKeys: []string{"one", "two"}, TenantByKey: byKey})
		if err != nil {
			t.Fatal(err)
		}
		tenants := map[string]bool{}
		for _, key := range []string{"one", "two", "one"} {
			r := httptest.NewRequest("POST", "/rerank", nil)
			r.Header.Set("Authorization", "Bearer "+key)
			found, err := g.keys.Match(r.Header)
			if err != nil {
				t.Fatal(err)
			}
			tenants[tenantOf(g.ofTenant(r, found).Context())] = true
		}
		if len(tenants) != map[bool]int{false: 1, true: 2}[byKey] {
			t.Errorf("by key %v: %d tenants", byKey, len(tenants))
		}
	}
}

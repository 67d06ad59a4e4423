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

package httpapi

import (
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

func TestKeys(t *testing.T) {
	s := newServer(t, func(c *Config) { c.APIKeys = []string{"first-key", "second-key"} })
	tests := []struct {
		name, authorization string
		status              int
	}{
		{"none", "", 401},
		{"first", "Bearer first-key", 200},
		{"second", "Bearer second-key", 200},
		{"scheme in lower case", "bearer second-key", 200},
		{"wrong", "Bearer third-key", 401},
		{"beginning of one", "Bearer first", 401},
		{"both", "Bearer first-key,second-key", 401},
		{"empty", "Bearer ", 401},
		{"no scheme", "first-key", 401},
		{"other scheme", "Basic first-key", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(s, "/rerank", hebrew, "Authorization", tt.authorization)
			if w.Code != tt.status {
				t.Fatalf("status %d, want %d", w.Code, tt.status)
			}
			if w.Code == 401 && (errorOf(t, w).Code != api.Unauthorized || w.Header().Get("WWW-Authenticate") == "") {
				t.Errorf("headers %v", w.Header())
			}
		})
	}
}

func TestWhatKeysGuard(t *testing.T) {
	s := newServer(t, func(c *Config) { c.APIKeys, c.Page = []string{"key"}, testPage })
	for path, want := range map[string]int{"/": 200, "/app.js": 200, "/healthz": 200, "/readyz": 200, "/metrics": 401} {
		if w := do(s, "GET", path, ""); w.Code != want {
			t.Errorf("%s without a key: status %d, want %d", path, w.Code, want)
		}
	}
	if w := post(s, "/rerank/batch", `{}`); w.Code != 401 {
		t.Errorf("batch without a key: status %d", w.Code)
	}
	if w := do(s, "GET", "/metrics", "", "Authorization", "Bearer key"); w.Code != 200 {
		t.Errorf("metrics with a key: status %d", w.Code)
	}
}

func TestCORS(t *testing.T) {
	s := newServer(t, func(c *Config) {
		c.CORSOrigins, c.APIKeys = []string{"https://app.example.com", "http://localhost:*"}, []string{"key"}
	})
	tests := []struct {
		origin  string
		allowed bool
	}{
		{"https://app.example.com", true},
		{"http://localhost:5173", true},
		{"https://evil.example.com", false},
		{"null", false},
	}
	for _, tt := range tests {
		t.Run(tt.origin, func(t *testing.T) {
			w := do(s, "OPTIONS", "/rerank", "", "Origin", tt.origin, "Access-Control-Request-Method", "POST",
				"Access-Control-Request-Headers", "authorization,content-type")
			if got := w.Header().Get("Access-Control-Allow-Origin") == tt.origin; got != tt.allowed || w.Code != 200 {
				t.Errorf("preflight: status %d, headers %v", w.Code, w.Header())
			}
			w = post(s, "/rerank", hebrew, "Origin", tt.origin, "Authorization", "Bearer key")
			if got := w.Header().Get("Access-Control-Allow-Origin") == tt.origin; got != tt.allowed {
				t.Errorf("answer: headers %v", w.Header())
			}
			if tt.allowed && w.Header().Get("Access-Control-Expose-Headers") == "" {
				t.Error("no header is exposed")
			}
		})
	}
	if w := post(newServer(t, nil), "/rerank", hebrew, "Origin", "https://app.example.com"); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("CORS is on by default")
	}
}

// TestUnknownMethodAndPath is not found: there is no method to offer.
func TestUnknownMethodAndPath(t *testing.T) {
	s := newServer(t, nil)
	for _, method := range []string{"BREW", "PROPFIND", "TRACE"} {
		if w := do(s, method, "/nowhere", ""); w.Code != 404 || errorOf(t, w).Code != api.NotFound {
			t.Errorf("%s /nowhere: status %d", method, w.Code)
		}
	}
	if w := do(s, "BREW", "/rerank", ""); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("BREW /rerank: status %d, allow %q", w.Code, w.Header().Get("Allow"))
	}
}

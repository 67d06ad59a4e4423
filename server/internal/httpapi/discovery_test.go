package httpapi

import (
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// testInfo is a server with two models.
func testInfo() api.Info {
	return api.Info{
		Commit: "c0ffee", Languages: []string{"en", "he"}, BatchTokens: 1024, Tokenizers: 2,
		Models: []api.ModelInfo{
			{Names: []string{"org/first", "first"}, Owner: "org", Digest: "sha256:" + strings.Repeat("0f", 32), Languages: []string{"en"}, MaxLength: 512, Loaded: 1700000000},
			{Names: []string{"second"}, Owner: "local", Loaded: 1700000000},
		},
	}
}

func TestDiscovery(t *testing.T) {
	const first = `{"id":"org/first","object":"model","created":1700000000,"owned_by":"org","names":["org/first","first"],` +
		`"digest":"sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","languages":["en"],"max_input_length":512}`
	const second = `{"id":"second","object":"model","created":1700000000,"owned_by":"local","names":["second"]}`
	const limits = `"limits":{"body_bytes":10485760,"documents":7,"text_bytes":1048576,"total_bytes":4194304,"query_bytes":4096,"json_depth":32,"batch_requests":100,"batch_documents":10000}}`
	const label = `"model_type":{"reranker":{"id2label":{"0":"LABEL_0"},"label2id":{"LABEL_0":0}}},`
	aliasOfFirst := `{"id":"ALIAS","alias_of":"org/first",` + strings.TrimPrefix(strings.Replace(first, `"first"]`, `"first","rerank-v3.5","voyage"]`, 1), `{"id":"org/first",`)
	aliases := api.Aliases{"rerank-v3.5": "org/first", "voyage": api.DefaultModel, "bge": "second", "*": "second", "first": "second", "lost": "gone"}
	aliased := newServer(t, func(c *Config) {
		c.Info = func() api.Info { i := testInfo(); i.Aliases = aliases; return i }
	})
	with := newServer(t, func(c *Config) { c.Info, c.InFlight, c.Limits.Documents = testInfo, 9, 7 })
	without := newServer(t, func(c *Config) { c.InFlight, c.Limits.Documents = 9, 7 })
	for _, tt := range []struct {
		name   string
		server *Server
		path   string
		want   string
	}{
		{"models", with, "/v1/models", `{"object":"list","data":[` + first + `,` + second + `]}`},
		{"aliases", aliased, "/v1/models", `{"object":"list","data":[` + strings.Replace(first, `"first"]`, `"first","rerank-v3.5","voyage"]`, 1) + `,` +
			strings.Replace(second, `"second"]`, `"second","bge"]`, 1) + `,{"id":"bge","alias_of":"second",` + strings.TrimPrefix(strings.Replace(second, `"second"]`, `"second","bge"]`, 1), `{"id":"second",`) + `,` +
			strings.ReplaceAll(aliasOfFirst, "ALIAS", "rerank-v3.5") + `,` + strings.ReplaceAll(aliasOfFirst, "ALIAS", "voyage") + `]}`},
		{"no models", without, "/v1/models", `{"object":"list","data":[]}`},
		{"info", with, "/info", `{"model_id":"org/first","model_sha":"sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","max_input_length":512,` + label +
			`"max_concurrent_requests":9,"max_batch_tokens":1024,"max_client_batch_size":7,"auto_truncate":true,"tokenization_workers":2,"version":"v1.2.3","sha":"c0ffee",` +
			`"scorer":"length","languages":["en","he"],"models":[` + first + `,` + second + `],` + limits},
		{"info without models", without, "/info", `{"model_id":"none",` + label +
			`"max_concurrent_requests":9,"max_client_batch_size":7,"auto_truncate":true,"version":"v1.2.3","scorer":"length","languages":[],"models":[],` + limits},
		{"version", with, "/version", `{"version":"v1.2.3","commit":"c0ffee","scorer":"length"}`},
		{"version without a commit", without, "/version", `{"version":"v1.2.3","scorer":"length"}`},
		{"ping", without, "/ping", `{"status":"ready"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := do(tt.server, "GET", tt.path, "")
			conforms(t, "GET", tt.path, "", w)
			if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != tt.want {
				t.Errorf("status %d\n got %s\nwant %s", w.Code, got, tt.want)
			}
			if w := do(tt.server, "HEAD", tt.path, ""); w.Code != 200 {
				t.Errorf("HEAD: status %d", w.Code)
			}
			if w := do(tt.server, "POST", tt.path, "{}"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("POST: status %d, headers %v", w.Code, w.Header())
			}
		})
	}
}

// TestWhatDiscoveryTellsWithoutAKey: health and the documentation, which is the
// same everywhere, and nothing of what runs here.
func TestWhatDiscoveryTellsWithoutAKey(t *testing.T) {
	s := newServer(t, func(c *Config) { c.APIKeys, c.CORSOrigins = []string{"key"}, []string{"https://app.example.com"} })
	for path, want := range map[string]int{"/v1/models": 401, "/info": 401, "/version": 401, "/ping": 200, "/openapi.json": 200, "/docs": 200, "/docs/docs.css": 200, "/docs/docs.mjs": 200} {
		w := do(s, "GET", path, "")
		if w.Code != want {
			t.Errorf("%s without a key: status %d, want %d", path, w.Code, want)
		}
		if !strings.HasPrefix(path, "/docs/") {
			conforms(t, "GET", path, "", w)
		}
		w = do(s, "GET", path, "", "Authorization", "Bearer key", "Origin", "https://app.example.com")
		if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "https://app.example.com" {
			t.Errorf("%s with a key: status %d, headers %v", path, w.Code, w.Header())
		}
	}
}

// TestPingWhileDraining says what /readyz says.
func TestPingWhileDraining(t *testing.T) {
	s := newServer(t, nil)
	s.draining.Store(true)
	w := do(s, "GET", "/ping", "")
	conforms(t, "GET", "/ping", "", w)
	if w.Code != 503 || errorOf(t, w).Code != api.ShuttingDown {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

// TestDocumentationIsKept by caches, which ask whether it is the newest.
func TestDocumentationIsKept(t *testing.T) {
	s := newServer(t, nil)
	for path, kind := range map[string]string{
		"/openapi.json": "application/json", "/docs": "text/html; charset=utf-8",
		"/docs/docs.css": "text/css; charset=utf-8", "/docs/docs.mjs": "text/javascript; charset=utf-8",
	} {
		w := do(s, "GET", path, "")
		h := w.Header()
		if w.Code != 200 || h.Get("Content-Type") != kind || h.Get("Cache-Control") != "no-cache" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'") {
			t.Errorf("%s: status %d, headers %v", path, w.Code, h)
		}
		if w := do(s, "GET", path, "", "If-None-Match", h.Get("ETag")); h.Get("ETag") == "" || w.Code != 304 || w.Body.Len() > 0 {
			t.Errorf("%s once more: status %d, %d bytes", path, w.Code, w.Body.Len())
		}
	}
}

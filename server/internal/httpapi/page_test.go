package httpapi

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
)

var testPage = fstest.MapFS{
	"index.html":      {Data: []byte("<!doctype html><title>splitrank</title>")},
	"app.js":          {Data: []byte("export {}")},
	"lib/worker.mjs":  {Data: []byte("export {}")},
	"style.css":       {Data: []byte("body{}")},
	"core.wasm":       {Data: []byte("\x00asm\x01\x00\x00\x00")},
	"core.wasm.br":    {Data: []byte("packed")},
	"orphan.br":       {Data: []byte("no plain form")},
	"data.unknownext": {Data: []byte("?")},
}

func TestPage(t *testing.T) {
	s := newServer(t, func(c *Config) { c.Page = testPage })
	tests := []struct {
		path   string
		status int
		kind   string
	}{
		{"/", 200, "text/html; charset=utf-8"},
		{"/app.js", 200, "text/javascript; charset=utf-8"},
		{"/lib/worker.mjs", 200, "text/javascript; charset=utf-8"},
		{"/style.css", 200, "text/css; charset=utf-8"},
		{"/core.wasm", 200, "application/wasm"},
		{"/data.unknownext", 200, "application/octet-stream"},
		{"/orphan.br", 200, "application/octet-stream"},
		{"/core.wasm.br", 404, "application/json"},
		{"/index.html", 404, "application/json"},
		{"/lib", 404, "application/json"},
		{"/lib/", 404, "application/json"},
		{"/../server_test.go", 404, "application/json"},
		{"/lib/../app.js", 404, "application/json"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			w := do(s, "GET", tt.path, "")
			if w.Code != tt.status || w.Header().Get("Content-Type") != tt.kind {
				t.Errorf("status %d, type %q, want %d, %q", w.Code, w.Header().Get("Content-Type"), tt.status, tt.kind)
			}
			if w.Code == 200 && !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("policy %q", w.Header().Get("Content-Security-Policy"))
			}
		})
	}
	if w := do(s, "POST", "/", ""); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST /: status %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestPageCompressed(t *testing.T) {
	s := newServer(t, func(c *Config) { c.Page = testPage })
	tests := []struct{ name, accept, encoding, body string }{
		{"nothing said", "", "", "\x00asm\x01\x00\x00\x00"},
		{"br", "gzip, deflate, br", "br", "packed"},
		{"weighted", "br;q=0.5", "br", "packed"},
		{"refused", "gzip, br;q=0", "", "\x00asm\x01\x00\x00\x00"},
		{"gzip only", "gzip", "", "\x00asm\x01\x00\x00\x00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := do(s, "GET", "/core.wasm", "", "Accept-Encoding", tt.accept)
			h := w.Header()
			if w.Body.String() != tt.body || h.Get("Content-Encoding") != tt.encoding || h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Type") != "application/wasm" {
				t.Errorf("body %q, headers %v", w.Body, h)
			}
		})
	}
}

func TestPageRevalidates(t *testing.T) {
	s := newServer(t, func(c *Config) { c.Page = testPage })
	first := do(s, "GET", "/app.js", "")
	etag := first.Header().Get("ETag")
	if etag == "" || first.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("headers %v", first.Header())
	}
	if w := do(s, "GET", "/app.js", "", "If-None-Match", etag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("status %d with %d bytes", w.Code, w.Body.Len())
	}
	if w := do(s, "GET", "/app.js", "", "If-None-Match", `"other"`); w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
}

func TestPageWithoutIndex(t *testing.T) {
	s := newServer(t, func(c *Config) { c.Page = fstest.MapFS{"app.js": {Data: []byte("export {}")}} })
	for _, path := range []string{"/", "/app.js"} {
		if w := do(s, "GET", path, ""); w.Code != 404 {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}

// TestNotices lie beside the page, and only there.
func TestNotices(t *testing.T) {
	s := newServer(t, func(c *Config) { c.Page, c.Notices = testPage, "Licences of others" })
	if w := do(s, "GET", "/licenses.txt", ""); w.Code != 200 || w.Body.String() != "Licences of others" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Errorf("status %d, headers %v: %s", w.Code, w.Header(), w.Body)
	}
	if w := do(newServer(t, func(c *Config) { c.Notices = "x" }), "GET", "/licenses.txt", ""); w.Code != 404 {
		t.Errorf("without a page: status %d", w.Code)
	}
}

package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// asset is a file of the page, held in memory with what its answer needs.
type asset struct {
	path   string // of the URL
	kind   string // Content-Type
	plain  variant
	brotli variant // nil bytes = none
}

type variant struct {
	bytes []byte
	etag  string
}

// readPage takes all files of page: the page itself at /, NAME.br not as a file
// but as the compressed form of NAME. It has none without an index.html.
func readPage(page fs.FS) (assets []asset, _ error) {
	if page == nil {
		return nil, nil
	}
	if _, err := fs.Stat(page, "index.html"); err != nil {
		return nil, nil
	}
	err := fs.WalkDir(page, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || isCompressed(page, name) {
			return err
		}
		a, err := readAsset(page, name)
		assets = append(assets, a)
		return err
	})
	return assets, err
}

func isCompressed(page fs.FS, name string) bool {
	base, ok := strings.CutSuffix(name, ".br")
	if !ok {
		return false
	}
	_, err := fs.Stat(page, base)
	return err == nil
}

func readAsset(page fs.FS, name string) (asset, error) {
	plain, err := fs.ReadFile(page, name)
	if err != nil {
		return asset{}, err
	}
	a := asset{path: "/" + name, kind: contentType(name), plain: newVariant(plain)}
	if name == "index.html" {
		a.path = "/"
	}
	if packed, err := fs.ReadFile(page, name+".br"); err == nil {
		a.brotli = newVariant(packed)
	}
	return a, nil
}

func newVariant(b []byte) variant {
	sum := sha256.Sum256(b)
	return variant{bytes: b, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
}

// contentType does not ask the machine, which may not know Wasm: without the
// right type a browser will not compile it while it streams.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".wasm":
		return "application/wasm"
	case ".json", ".map":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".webmanifest":
		return "application/manifest+json"
	case ".txt", ".md":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

// policy lets the page run its own scripts, workers and Wasm and talk to its own
// server, and nothing else.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// serve answers with the smaller form where the browser takes it. Names carry no
// version, so a browser asks each time whether it has the newest: 304 if so.
func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h, v := w.Header(), a.plain
	h.Set("Content-Type", a.kind)
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-cache")
	if a.brotli.bytes != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesBrotli(r) {
			v = a.brotli
			h.Set("Content-Encoding", "br")
		}
	}
	h.Set("ETag", v.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(v.bytes))
}

// takesBrotli reads Accept-Encoding; br;q=0 means no.
func takesBrotli(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, weight, weighted := strings.Cut(part, ";")
		if strings.TrimSpace(coding) == "br" {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
			return !weighted || err == nil && q > 0
		}
	}
	return false
}

// secure sets what every answer should carry.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

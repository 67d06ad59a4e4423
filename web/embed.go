// Package web carries the built page, for a server to hand out.
package web

import (
	"embed"
	"io/fs"
)

// The page itself is in the repository. What it loads, page/lib and
// page/splitrank.wasm, is there after npm run build; without it the page asks
// the server.
//
//go:embed page
var files embed.FS

// Page is the file system below "/": index.html and what it loads. Beside
// splitrank.wasm lies splitrank.wasm.br, the same compressed by Brotli, for
// clients that accept it.
func Page() fs.FS {
	page, err := fs.Sub(files, "page")
	if err != nil {
		panic("web: " + err.Error()) // the name above is a constant
	}
	return page
}

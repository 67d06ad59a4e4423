// Package web carries the built page, for a server to hand out.
package web

import (
	"embed"
	"io/fs"
)

// Markup and styles are in the repository. What they load, page/built and
// page/sw.js, is there after npm run build; without it the page says so.
//
//go:embed page
var files embed.FS

// Page is the file system below "/": index.html and what it loads. Beside NAME
// may lie NAME.br, the same compressed by Brotli, for clients that accept it.
func Page() fs.FS {
	page, err := fs.Sub(files, "page")
	if err != nil {
		panic("web: " + err.Error()) // the name above is a constant
	}
	return page
}

// Package notices holds the licences of what ships in this program: the Go
// modules that it links, also those of the Wasm of its page and of the edge, and
// Go itself.
package notices

import _ "embed"

//go:embed notices.txt
var text string

// Text is all of them, each licence once with the modules that it is of. The
// test of this package writes it anew with -update.
func Text() string { return text }

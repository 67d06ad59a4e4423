package cli

import (
	"io"
	"os"
)

// style colours what a terminal shows. It does nothing where there is none, with
// NO_COLOR set (no-color.org) or TERM=dumb.
type style struct{ on bool }

func newStyle(w io.Writer) style {
	return style{on: isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (s style) dim(text string) string    { return s.in("2", text) }
func (s style) bold(text string) string   { return s.in("1", text) }
func (s style) green(text string) string  { return s.in("32", text) }
func (s style) yellow(text string) string { return s.in("33", text) }
func (s style) red(text string) string    { return s.in("1;31", text) }

// in wraps a text in a rendition (ECMA-48, SGR) and the end of it.
func (s style) in(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[m"
}

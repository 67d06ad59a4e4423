package cli

import (
	"bytes"
	"testing"
)

func TestColoursAreForTerminals(t *testing.T) {
	if got := newStyle(new(bytes.Buffer)).red("x"); got != "x" {
		t.Errorf("%q in a file", got)
	}
	if got := (style{on: true}).red("x"); got != "\x1b[1;31mx\x1b[m" {
		t.Errorf("%q", got)
	}
	if got := (style{on: true}).red(""); got != "" {
		t.Errorf("%q of nothing", got)
	}
}

package wire

import (
	"net/http"
	"strings"
	"testing"
)

func TestTrace(t *testing.T) {
	const good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for _, tt := range []struct {
		name, parent, state string
		passed, passedState bool
	}{
		{"both", good, "a=1,b=2", true, true},
		{"no state", good, "", true, true},
		{"a version to come", "01" + good[2:] + "-more", "a=1", true, true},
		{"none", "", "a=1", false, false},
		{"a control character", good[:54] + "\x01", "a=1", false, false},
		{"a control character after it", "01" + good[2:] + "-\x7f", "a=1", false, false},
		{"a line feed", good + "\n", "a=1", false, false},
		{"capitals", strings.ToUpper(good), "a=1", false, false},
		{"too short", good[:54], "a=1", false, false},
		{"more than version 00 has", good + "-more", "a=1", false, false},
		{"a version that is none", "ff" + good[2:], "a=1", false, false},
		{"no trace", "00-" + strings.Repeat("0", 32) + good[35:], "a=1", false, false},
		{"no parent", good[:36] + strings.Repeat("0", 16) + "-01", "a=1", false, false},
		{"no dashes", strings.ReplaceAll(good, "-", "0"), "a=1", false, false},
		{"too long", "01" + good[2:] + "-" + strings.Repeat("a", 600), "a=1", false, false},
		{"a state with a control character", good, "a=\x00", true, false},
		{"a state beyond ASCII", good, "a=\u05d0", true, false},
		{"a long state", good, "a=" + strings.Repeat("b", 600), true, false},
	} {
		h := http.Header{"Traceparent": {tt.parent}, "Tracestate": {tt.state}}
		parent, state := Trace(h)
		if (parent == tt.parent && parent != "") != tt.passed || (state == tt.state) != (tt.passedState || tt.state == "") || !isPrintable(parent+state) {
			t.Errorf("%s: parent %q, state %q", tt.name, parent, state)
		}
	}
}

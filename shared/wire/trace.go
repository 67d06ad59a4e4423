package wire

import (
	"net/http"
	"strings"
)

// maxTrace is how much of a trace state is passed on, in bytes: what the
// standard asks of everybody who does.
const maxTrace = 512

// Trace is the trace context in h (W3C Trace Context, sections 3.2 and 3.3);
// both are empty where the parent is none. It holds nothing that a header cannot
// carry: what a caller made up must not fail a request to somebody else.
func Trace(h http.Header) (parent, state string) {
	if parent = h.Get("Traceparent"); !isTraceParent(parent) {
		return "", ""
	}
	if state = strings.Join(h.Values("Tracestate"), ","); len(state) > maxTrace || !isPrintable(state) {
		state = ""
	}
	return parent, state
}

// isTraceParent wants version, trace, parent and flags in lower-case hexadecimal;
// versions to come may have more after them.
func isTraceParent(s string) bool {
	const length, dash1, dash2, dash3 = 55, 2, 35, 52
	if len(s) < length || len(s) > maxTrace || s[:2] == "ff" || !isPrintable(s) {
		return false
	}
	for i, c := range []byte(s[:length]) {
		switch {
		case i == dash1 || i == dash2 || i == dash3:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	if strings.Trim(s[3:35], "0") == "" || strings.Trim(s[36:52], "0") == "" {
		return false // no trace, and no parent
	}
	return len(s) == length || s[:2] != "00" && s[length] == '-'
}

func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

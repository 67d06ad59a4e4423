package wire

import (
	"net/http"
	"testing"
)

func TestWantsEvents(t *testing.T) {
	for accept, want := range map[string]bool{
		"text/event-stream": true, "text/event-stream;q=0.1": true, "text/event-stream;q=1": true, "text/event-stream;q=x": true,
		"text/event-stream;q=0": false, "text/event-stream;q=0.0": false, "text/event-stream;q=0.000": false, "text/event-stream; q=0.": false,
		"text/event-stream;q=-1": false, "application/json": false, "": false,
	} {
		if got := WantsEvents(http.Header{"Accept": {accept}}); got != want {
			t.Errorf("%q: %v", accept, got)
		}
	}
}

func TestCheckJSON(t *testing.T) {
	for _, tt := range []struct {
		name string
		h    http.Header
		ok   bool
	}{
		{"plain", http.Header{"Content-Type": {"application/json"}}, true},
		{"identity", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"identity"}}, true},
		{"compressed", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}, false},
		{"a second encoding", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"identity", "gzip"}}, false},
		{"a list of encodings", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"identity, gzip"}}, false},
		{"two types", http.Header{"Content-Type": {"application/json", "text/plain"}}, false},
		{"no type", http.Header{}, false},
		{"another character set", http.Header{"Content-Type": {"application/json; charset=utf-16"}}, false},
	} {
		if err := CheckJSON(tt.h); (err == nil) != tt.ok {
			t.Errorf("%s: error %v", tt.name, err)
		}
	}
}

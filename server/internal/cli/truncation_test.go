package cli

import (
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// TestServeTruncation: flags are for requests that say nothing, and a request's
// own truncation takes the place of all of them.
func TestServeTruncation(t *testing.T) {
	orttest.Library(t)
	dir, long := orttest.Model{}.Folder(t, "tiny"), strings.Repeat("water ", 100)
	tests := []struct {
		name      string
		flags     []string
		more      string
		tokens    int
		truncated bool
	}{
		{"the beginning", nil, "", 64, true},
		{"a request wants windows", nil, `,"truncation":{"windows":{"size":25}}`, 116, false},
		{"flags want windows", []string{"--windows", "--window-size", "50", "--window-stride", "25"}, "", 162, false},
		{"a request wants none", []string{"--windows"}, `,"truncation":{}`, 64, true},
		{"flags want two windows", []string{"--windows", "--window-size", "25", "--window-count", "2"}, "", 58, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url, end := serving(t, append([]string{"--model", dir}, tt.flags...)...)
			defer end()
			status, text := ask(t, url+"/rerank", `{"query":"light","documents":["`+long+`"]`+tt.more+`}`)
			a := decode(t, text)
			if status != 200 || a.Usage.Tokens != tt.tokens || a.Results[0].Truncated != tt.truncated {
				t.Errorf("status %d, want %d tokens, truncated %v: %s", status, tt.tokens, tt.truncated, text)
			}
		})
	}
}

func TestTruncationFlags(t *testing.T) {
	tests := []struct {
		name  string
		flags []string
		want  string
	}{
		{"size without windows", []string{"--window-size", "9"}, "--window-size and --window-stride need --windows"},
		{"too many", []string{"--windows", "--window-count", "99"}, "truncation.windows.count is 99, outside 1 to 64"},
		{"a stride of everything", []string{"--windows", "--window-size", "9", "--window-stride", "9"}, "truncation.windows.stride is 9"},
		{"windows of half a query", []string{"--windows", "--truncation", "longest_first"}, "every window needs whole"},
		{"negative", []string{"--max-query-tokens=-1"}, "truncation.max_query_tokens is -1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []string{"serve", "rerank"} {
				code, _, stderr := command(t, "", append([]string{name}, tt.flags...)...)
				if code != exitUsage || !strings.Contains(stderr, tt.want) {
					t.Errorf("%s: code %d: %s", name, code, stderr)
				}
			}
		})
	}
}

package api

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestStatus(t *testing.T) {
	tests := map[Code]int{
		Unauthorized: 401, NotFound: 404, UnknownModel: 404, MethodNotAllowed: 405, RequestTimeout: 408,
		UnsupportedMediaType: 415, Overloaded: 429, Internal: 500, OriginFailed: 502, NoModel: 503, ShuttingDown: 503,
		DeadlineExceeded: 504, Code("made up"): 500,
	}
	for code, want := range tests {
		if got := code.Status(); got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"short", "abc", "abc"},
		{"exact", "abcd", "abcd"},
		{"long", "abcde", "abcd…"},
		{"between runes", "אבג", "אב…"},
		{"inside a rune", "xאבג", "xא…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := clip(tt.in, 4); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestFieldOf(t *testing.T) {
	for pointer, want := range map[jsontext.Pointer]string{
		"": "", "/query": "query", "/documents/3": "documents[3]", "/documents/3/text": "documents[3].text", "/texts/0": "texts[0]", "/input/12": "input[12]",
		"/rank_fields/1": "rank_fields[1]", "/requests/2/documents/0/rank": "requests[2].documents[0].rank", "/requests/2/budget/tokens": "requests[2].budget.tokens",
		"/documents/3/texts/1": "documents[3].texts.1", "/truncation/documents/1": "truncation.documents.1", "/documents/3/documents/1/a": "documents[3].documents.1.a",
	} {
		if got := fieldOf(pointer); got != want {
			t.Errorf("%s is %s, want %s", pointer, got, want)
		}
	}
}

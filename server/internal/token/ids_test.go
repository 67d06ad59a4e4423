package token

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

func TestIDs(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		want       map[string]int32
		fails      string
	}{
		{"WordPiece", `{"added_tokens": [{"id": 2, "content": "[Q] "}], "model": {"type": "WordPiece", "vocab": {"!": 0, "a": 1}}}`, map[string]int32{"!": 0, "[Q] ": 2}, ""},
		{"Unigram", `{"model": {"type": "Unigram", "vocab": [["<s>", 0], ["!", -1.5]]}}`, map[string]int32{"!": 1}, ""},
		{"none", `{"model": {"type": "BPE", "vocab": {}, "merges": []}}`, map[string]int32{}, ""},
		{"no vocabulary", `{"model": {"type": "BPE"}}`, nil, `reading tokenizer "t.json": reading vocab`},
		{"no JSON", `[`, nil, `reading tokenizer "t.json"`},
		{"not there", "", nil, "file does not exist"},
	} {
		files := fstest.MapFS{"t.json": {Data: []byte(tt.file)}}
		if tt.file == "" {
			files = fstest.MapFS{}
		}
		got, err := IDs(files, "t.json", []string{"!", "[Q] ", "[Q]"})
		if !maps.Equal(got, tt.want) || (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("%s: %v, %v, want %v, %q", tt.name, got, err, tt.want, tt.fails)
		}
	}
}

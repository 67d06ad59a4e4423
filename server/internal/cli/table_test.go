package cli

import (
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// TestTableNamesTheModel that took part, and none where none did.
func TestTableNamesTheModel(t *testing.T) {
	for model, want := range map[string]string{api.ModelNone: "0 of 0 documents · scorer h1 · ", "m": "0 of 0 documents · model m · scorer h1 · "} {
		var b strings.Builder
		if err := (sheet{width: 80}).table(&b, &api.Request{}, &api.Response{Model: model, Scorer: "h1", Language: "en"}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("model %q: no %q in %q", model, want, b.String())
		}
	}
}

func TestPrintable(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "abc", "abc"},
		{"lines and tabs", " a\n\tb\r\nc ", "a b c"},
		{"escape sequences", "a\x1b[2Jb\x07\u009b31mc", "a [2Jb 31mc"},
		{"turned around", "a\u202eb\u2066c", "a b c"},
		{"exactly as wide", "abcdefghijklmnopqrs", "abcdefghijklmnopqrs"},
		{"too wide", "abcdefghijklmnopqrstuvw", "abcdefghijklmnopqrs…"},
		{"Hebrew counts letters", "אבגדהוזחטיכלמנסעפצקרשת", "אבגדהוזחטיכלמנסעפצק…"},
		{"points and accents take no column", "שָׁלוֹם עֲלֵיכֶם מַלְאֲכֵי", "שָׁלוֹם עֲלֵיכֶם מַלְאֲכֵי"},
		{"wide letters take two", "東京の天気はどうですか", "東京の天気はどうで…"},
		{"families stay together", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := printable(tt.in, 20); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

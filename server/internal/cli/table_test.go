package cli

import (
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
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

// TestTableExplains the score that is shown: by a model's blend, by words alone, and by
// words that are bounded by what the model gave.
func TestTableExplains(t *testing.T) {
	parts := []heuristics.Part{{Signal: "overlap", Raw: heuristics.One, Weight: heuristics.One / 2, Contribution: heuristics.One / 2}}
	logit := 2.0
	blend := &api.Blend{Terms: []api.Term{{Name: "logit", Raw: 2, Weight: 1, Contribution: 2}, {Name: "shift", Raw: -0.5, Weight: 1, Contribution: -0.5}}, Sum: 1.5}
	tests := map[string]struct {
		result api.Result
		want   []string
	}{
		"a model's": {api.Result{RelevanceScore: 0.8176, HeuristicScore: 0.5, Logit: &logit, Explanation: &api.Explanation{Parts: parts, Blend: blend}},
			[]string{"+0.5000  overlap", "=0.5000  heuristic score", "+2.0000  logit (2.000 × 1.000)", "-0.5000  shift", "=1.5000  whose sigmoid"}},
		"words":   {api.Result{RelevanceScore: 0.5, HeuristicScore: 0.5, Explanation: &api.Explanation{Parts: parts}}, []string{"=0.5000  heuristic score"}},
		"bounded": {api.Result{RelevanceScore: 0.25, HeuristicScore: 0.5, Explanation: &api.Explanation{Parts: parts}}, []string{"≤0.2500  the lowest score"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			req := &api.Request{Documents: []api.Document{{Text: "text"}}}
			if err := (sheet{width: 80}).table(&b, req, &api.Response{Results: []api.Result{tt.result}}); err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(b.String(), want) {
					t.Errorf("no %q in\n%s", want, b.String())
				}
			}
		})
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

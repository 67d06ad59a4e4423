package heuristics_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

// TestLanguagesOfQueries asks the questions and the keywords of
// testdata/languages.txt, each beside its language.
func TestLanguagesOfQueries(t *testing.T) {
	file, err := os.ReadFile("testdata/languages.txt")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for line := range strings.Lines(string(file)) {
		want, query, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		count[want]++
		if got := languageOf(t, query, heuristics.Options{}).Language; got != want {
			t.Errorf("%q is taken for %q, want %q", query, got, want)
		}
	}
	for _, code := range []string{"en", "es", "fr", "sv", "no", "hu"} {
		if count[code] < 40 {
			t.Errorf("only %d queries in %q", count[code], code)
		}
	}
}

// TestKeywordsAreEnglish asks the English questions of SPLITRANK_DATA without
// their stop words, as people type them: nearly all must be taken for English.
func TestKeywordsAreEnglish(t *testing.T) {
	data := os.Getenv("SPLITRANK_DATA")
	if data == "" {
		t.Skip("SPLITRANK_DATA is not set: the language of keywords is not measured")
	}
	asked, wrong := 0, 0
	for _, name := range []string{"chunkeval", "cisi", "cranfield", "dl21", "scifact", "squad-dev"} {
		linesOf(t, filepath.Join(data, name, "queries.jsonl"), func(line []byte) {
			var q struct{ Text string }
			if err := json.Unmarshal(line, &q); err != nil {
				t.Fatal(err)
			}
			asked++
			if got := languageOf(t, withoutStops(q.Text), heuristics.Options{}).Language; got != "en" {
				wrong++
				t.Logf("%s: %q is taken for %q", name, withoutStops(q.Text), got)
			}
		})
	}
	if wrong*500 > asked {
		t.Errorf("%d of %d are not taken for English, want 0.2 %% at most", wrong, asked)
	}
	t.Logf("%d of %d are not taken for English", wrong, asked)
}

// withoutStops is a question without the stop words of English.
func withoutStops(query string) string {
	var kept []string
	for _, w := range strings.Fields(query) {
		lower := strings.Trim(strings.ToLower(w), "?.,!\"'()")
		if !heuristics.IsStopWord("en", lower) {
			kept = append(kept, strings.Trim(w, "?"))
		}
	}
	return strings.Join(kept, " ")
}

func linesOf(t *testing.T, file string, each func([]byte)) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		each([]byte(line))
	}
}

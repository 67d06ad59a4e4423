package heuristics

import (
	"strings"
	"testing"
)

// TestStemsAreRememberedPerList ranks with one Ranker and one stemmer after
// the other: what the first said must not outlive it.
func TestStemsAreRememberedPerList(t *testing.T) {
	cut := func(n int) []Stemmer {
		return []Stemmer{{Language: "en", Stem: func(w string) string { return w[:min(n, len(w))] }}}
	}
	docs := []Document{{Text: "baker"}, {Text: "bakelite"}}
	var r Ranker
	for _, c := range []struct {
		name     string
		stemmers []Stemmer
		matching int
	}{
		{"four letters: both are bake", cut(4), 2},
		{"five letters: only baker", cut(5), 1},
		{"four letters again", cut(4), 2},
	} {
		got, err := r.Rank("bakers", docs, Options{Stemmers: c.stemmers, FirstStage: Hidden})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for i := range got.Items {
			if r.docs[i].raw[Overlap] > 0 {
				n++
			}
		}
		if n != c.matching {
			t.Errorf("%s: %d documents match, want %d", c.name, n, c.matching)
		}
	}
}

func TestLongWordsAreNotRemembered(t *testing.T) {
	calls := 0
	list := []Stemmer{{Language: "en", Stem: func(w string) string { calls++; return strings.TrimRight(w, "s") }}}
	var r Ranker
	for _, c := range []struct {
		name, word string
		calls      int // for query and document, the second time
	}{
		{"short: only the query's is stemmed again", "loaf", 1},
		{"too long for the cache", strings.Repeat("loaf", 8), 2},
	} {
		for range 2 {
			calls = 0
			if _, err := r.Rank(c.word, []Document{{Text: c.word + "s"}}, Options{Stemmers: list}); err != nil {
				t.Fatal(err)
			}
		}
		if calls != c.calls {
			t.Errorf("%s: %d calls of the stemmer, want %d", c.name, calls, c.calls)
		}
	}
}

package heuristics

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestStopWordsCanBeMet: a word that the scanner never hands over as it stands
// in the list would be dead.
func TestStopWordsCanBeMet(t *testing.T) {
	for _, code := range []string{"en", "he", "es", "fr", "sv", "no", "hu", "de", "nl", "it", "pt", "da", "ru", "ar"} {
		words := strings.Split(stopList(code), " ")
		if len(words) < 50 || !slices.IsSorted(words) {
			t.Errorf("%s: %d stop words, sorted: %v", code, len(words), slices.IsSorted(words))
		}
		for _, w := range words {
			if !stopWord(code, []byte(w)) {
				t.Errorf("%s: %q is no stop word", code, w)
			}
			if len(w) > longestStop {
				t.Errorf("%s: %q is longer than %d bytes", code, w, longestStop)
			}
			if met := scanned(w); len(met) != 1 || met[0] != w {
				t.Errorf("%s: %q is read as %q", code, w, met)
			}
		}
	}
}

// TestStopFilter: no stop word fails to pass, and most other words do.
func TestStopFilter(t *testing.T) {
	var f stopFilter
	f.fill()
	for _, l := range latinLanguages {
		for w := range strings.SplitSeq(stopList(l.code), " ") {
			if !f.may([]byte(w)) {
				t.Errorf("%s: %q does not pass", l.code, w)
			}
		}
	}
	passed := 0
	const others = 1000
	for i := range others {
		if f.may([]byte("word" + strconv.Itoa(i))) {
			passed++
		}
	}
	if passed > others/4 {
		t.Errorf("%d of %d words that are none pass", passed, others)
	}
}

// TestForeignStopWords: each is a stop word somewhere.
func TestForeignStopWords(t *testing.T) {
	words := strings.Split(foreignStops, " ")
	if !slices.IsSorted(words) {
		t.Error("the list is not sorted")
	}
	for _, w := range words {
		if !foreign([]byte(w)) {
			t.Errorf("%q is not found", w)
		}
		if !slices.ContainsFunc(latinLanguages[:], func(l struct{ code, letters string }) bool { return stopWord(l.code, []byte(w)) }) {
			t.Errorf("%q is no stop word of any language", w)
		}
	}
}

// scanned reads a text as a query is read.
func scanned(s string) []string {
	var q query
	q.readWords(s)
	var out []string
	for i := range q.words {
		out = append(out, string(q.word(i)))
	}
	return out
}

func TestStopWord(t *testing.T) {
	for _, c := range []struct {
		name, language, word string
		want                 bool
	}{
		{"an article", "en", "the", true},
		{"a question word", "en", "which", true},
		{"a contraction without its apostrophe", "en", "dont", true},
		{"a word of subject", "en", "bread", false},
		{"only in its own language", "en", "und", false},
		{"an English one is none in French", "fr", "the", false},
		{"Hebrew", "he", "של", true},
		{"Hebrew question", "he", "מדוע", true},
		{"a Hebrew noun", "he", "לחם", false},
		{"with its accent", "fr", "été", true},
		{"without its accent it may be another word", "fr", "ete", false},
		{"Russian", "ru", "который", true},
		{"Arabic", "ar", "في", true},
		{"a language without a list", "zh", "的", false},
		{"no language", "und", "the", false},
		{"nothing", "en", "", false},
		{"longer than any", "en", strings.Repeat("the", 20), false},
	} {
		if got := stopWord(c.language, []byte(c.word)); got != c.want {
			t.Errorf("%s: stopWord(%q, %q) is %v", c.name, c.language, c.word, got)
		}
	}
}

// TestStopWordsCountAsWritten: a stop word is not met by what only shares its
// light form, nor does it swallow such a word of the query.
func TestStopWordsCountAsWritten(t *testing.T) {
	for _, c := range []struct {
		name, query, document string
		want                  []bool // for each term of the query, whether the document holds it
	}{
		{"does is no doe", "does bread", "doe bread", []bool{false, true}},
		{"nor the other way round", "doe does", "doe", []bool{true, false}},
		{"לפני is not פני", "לפני לחם", "פני לחם", []bool{false, true}},
		{"as written", "what bread", "What bread", []bool{true, true}},
	} {
		var r Ranker
		if _, err := r.Rank(c.query, []Document{{Text: c.document}}, Options{}); err != nil {
			t.Fatal(err)
		}
		var got []bool
		for _, term := range r.query.terms {
			got = append(got, term.df > 0)
		}
		if len(got) != len(c.want) || got[0] != c.want[0] || got[1] != c.want[1] {
			t.Errorf("%s: %q meets %v of %q, want %v", c.name, c.document, got, c.query, c.want)
		}
	}
}

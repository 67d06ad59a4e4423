package heuristics_test

import (
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/heuristics/stem/english"
)

// languageOf is what a query is taken for.
func languageOf(t *testing.T, query string, o heuristics.Options) heuristics.Ranking {
	t.Helper()
	r, err := heuristics.Rank(query, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// mistaken are the questions that a few words do not tell apart, with what
// they are taken for.
var mistaken = map[string]string{
	"bagare som knådar deg":         "no", // Swedish dough is a Norwegian pronoun
	"bakere elter brød":             "en", // no stop word
	"a pékek dagasztják a kenyeret": "en", // one of a single letter
}

// TestDetectedLanguage asks every question of the golden vectors. Scripts
// without rules of their own are no language.
func TestDetectedLanguage(t *testing.T) {
	for _, l := range languageTexts {
		want := l.code
		if want == "el" || want == "hi" || want == "ka" {
			want = "und"
		}
		if got := languageOf(t, l.text, heuristics.Options{}).Language; got != want {
			t.Errorf("the text in %q is taken for %q", l.code, got)
		}
		for _, q := range l.queries {
			want := want
			if other := mistaken[q]; other != "" {
				want = other
			}
			if got := languageOf(t, q, heuristics.Options{}).Language; got != want {
				t.Errorf("%q is taken for %q, want %q", q, got, want)
			}
		}
	}
}

func TestDetectedLanguageOfShortAndMixedQueries(t *testing.T) {
	for _, c := range []struct{ name, query, want string }{
		{"keywords without a stop word", "sourdough hydration", "en"},
		{"one name", "Reykjavík", "en"},
		{"accents apart from their letters", "les bibliothèques en e\u0301te\u0301", "fr"},
		{"single letters tell nothing", "s n c d", "en"},
		{"capitals", "LE PAIN ET LA RIVIÈRE", "fr"},
		{"Hebrew with an English name", "מה עושה ה-FBI", "he"},
		{"English with a Hebrew word", "what does the word שלום mean", "en"},
		{"a Latin name longer than the Hebrew about it", "איפה גר Einstein", "he"},
		{"Hebrew with niqqud", "שָׁלוֹם", "he"},
		{"Japanese without kana reads as Chinese", "図書館", "zh"},
		{"one kana makes it Japanese", "図書館の辞書", "ja"},
		{"Hangul among Chinese letters", "圖書館 도서관", "ko"},
		{"Russian with a Latin name", "что такое Kubernetes", "ru"},
		{"digits only", "23:40", "und"},
		{"punctuation only", "?!…", "und"},
		{"emoji", "🍞", "und"},
		{"invalid bytes", "\xff\xfe", "und"},
		{"empty", "", "und"},
	} {
		if got := languageOf(t, c.query, heuristics.Options{}).Language; got != c.want {
			t.Errorf("%s: %q is taken for %q, want %q", c.name, c.query, got, c.want)
		}
	}
}

func TestStemmed(t *testing.T) {
	en := []heuristics.Stemmer{english.Stemmer()}
	for _, c := range []struct {
		name     string
		query    string
		o        heuristics.Options
		language string
		stemmed  bool
	}{
		{"detected and built in", "who bakes bread", heuristics.Options{Stemmers: en}, "en", true},
		{"detected, not built in", "qui a pétri le pain", heuristics.Options{Stemmers: en}, "fr", false},
		{"detected, none built in", "who bakes bread", heuristics.Options{}, "en", false},
		{"detected, needs none", "מי אפה לחם", heuristics.Options{Stemmers: en}, "he", false},
		{"asked for against appearance", "qui a pétri le pain", heuristics.Options{Stemmers: en, Language: "en"}, "en", true},
		{"asked for", "pan", heuristics.Options{Stemmers: all.Stemmers(), Language: "es"}, "es", true},
		{"no language asked for", "who bakes bread", heuristics.Options{Stemmers: en, Language: "und"}, "und", false},
		{"to be detected", "who bakes bread", heuristics.Options{Stemmers: en, Language: "auto"}, "en", true},
	} {
		got := languageOf(t, c.query, c.o)
		if got.Language != c.language || got.Stemmed != c.stemmed {
			t.Errorf("%s: language %q, stemmed %v; want %q, %v", c.name, got.Language, got.Stemmed, c.language, c.stemmed)
		}
	}
}

// TestNoLanguageHasNoRules: asked for no language, nothing is a stop word and
// nothing is stemmed, whatever its script.
func TestNoLanguageHasNoRules(t *testing.T) {
	for _, c := range []struct{ name, query, stop, mate string }{
		{"English", "the baking", "the", "bakes"},
		{"Russian", "который поезд", "который", "поезда"},
	} {
		docs := []heuristics.Document{{Text: c.stop}, {Text: c.mate}}
		o := heuristics.Options{Language: "und", Stemmers: all.Stemmers(), FirstStage: heuristics.Hidden, Matches: true}
		r, err := heuristics.Rank(c.query, docs, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range r.Items {
			if want := 1 - it.Index; len(it.Matches) != want {
				t.Errorf("%s: %q has %d matches of %q, want %d", c.name, docs[it.Index].Text, len(it.Matches), c.query, want)
			}
		}
	}
}

func TestScorer(t *testing.T) {
	backwards := all.Stemmers()
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	for _, c := range []struct {
		name     string
		stemmers []heuristics.Stemmer
		want     string
	}{
		{"none", nil, heuristics.Version},
		{"one", []heuristics.Stemmer{english.Stemmer()}, heuristics.Version + "+en"},
		{"all", all.Stemmers(), heuristics.Version + "+en,es,fr,hu,no,ru,sv"},
		{"in any order", backwards, heuristics.Version + "+en,es,fr,hu,no,ru,sv"},
	} {
		if got := heuristics.Scorer(c.stemmers); got != c.want {
			t.Errorf("%s: scorer is %q, want %q", c.name, got, c.want)
		}
	}
	if backwards[0].Language != "sv" {
		t.Error("Scorer sorted its argument")
	}
}

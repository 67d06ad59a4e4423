package heuristics_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/english"
)

func typingOptions(on bool) heuristics.Options {
	return heuristics.Options{Typing: on, FirstStage: heuristics.Hidden, Stemmers: []heuristics.Stemmer{english.Stemmer()}, Matches: true}
}

// TestTyping types words letter by letter: from so many letters on the last
// document is first.
func TestTyping(t *testing.T) {
	for _, c := range []struct {
		name, query string
		from        int // letters from which on it must be first
		docs        []string
	}{
		{"over a stop word", "button", 4, []string{"The dough rests.", "But nothing came, but we sang.", "Press the button twice."}},
		{"to another from it", "canary", 3, []string{"The dough rests.", "A canary sings."}},
		{"a second word", "yeast free", 9, []string{"Yeast is alive.", "A freezer stops it.", "Yeast free bread."}},
		{"Hebrew", "כפתור", 3, []string{"כף של סוכר", "לחצו על כפתור"}},
		{"Hebrew behind a prefix", "כפתור", 3, []string{"סוכר", "לחצו על הכפתור"}},
		{"more of the word than typed", "bakery", 3, []string{"rests", "Two bakeries"}},
		{"accents", "café", 3, []string{"tea", "the cafes of Vienna"}},
		{"Cyrillic", "хлебный", 3, []string{"чай", "хлебные крошки"}},
	} {
		var docs []heuristics.Document
		for _, text := range c.docs {
			docs = append(docs, heuristics.Document{Text: text})
		}
		typed, letters := "", 0
		for _, r := range c.query {
			typed += string(r)
			if letters++; letters < c.from || r == ' ' {
				continue
			}
			ranking, err := heuristics.Rank(typed, docs, typingOptions(true))
			if err != nil {
				t.Fatal(err)
			}
			if first := ranking.Items[0]; first.Index != len(docs)-1 || first.Score == 0 {
				t.Errorf("%s: typed %q, document %d is first with %v", c.name, typed, first.Index, first.Score)
			}
		}
	}
}

// TestTypingIsOffByDefault, and where the word is finished.
func TestTypingIsOff(t *testing.T) {
	docs := []heuristics.Document{{Text: "Press the button."}}
	for _, c := range []struct {
		name, query string
		on          bool
		matches     int
	}{
		{"on", "butto", true, 1},
		{"off", "butto", false, 0},
		{"a space behind it", "butto ", true, 0},
		{"a question mark behind it", "butto?", true, 0},
		{"two letters", "bu", true, 0},
		{"only the last word", "butto press", true, 1},
		{"stop words are no aim", "th", true, 0},
		{"nothing", "", true, 0},
	} {
		r, err := heuristics.Rank(c.query, docs, typingOptions(c.on))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(r.Items[0].Matches); got != c.matches {
			t.Errorf("%s: %q has %d matches, want %d", c.name, c.query, got, c.matches)
		}
	}
}

// TestTypingFindsEarlier types the questions of the sample over its passages:
// the document that answers the whole question comes first earlier, and the
// order does not jump much more.
func TestTypingFindsEarlier(t *testing.T) {
	docs := sampleDocuments(t)
	on, off := typeSample(t, docs, true), typeSample(t, docs, false)
	t.Logf("final first document first after %d of %d letters, changes %d; without the option after %d, changes %d", on.found, on.letters, on.changes, off.found, off.changes)
	if on.found <= off.found || on.changes*10 > off.changes*12 {
		t.Errorf("with the option %+v, without it %+v", on, off)
	}
}

func sampleDocuments(t *testing.T) []heuristics.Document {
	t.Helper()
	var docs []heuristics.Document
	for _, text := range append(passages(t, false), passages(t, true)...) {
		docs = append(docs, heuristics.Document{Text: text})
	}
	return docs
}

// typing is what was seen while questions were typed: letters, after how many
// of them the first document was the one of the whole question, and how often
// another came first.
type typing struct{ letters, found, changes int }

func typeSample(t *testing.T, docs []heuristics.Document, on bool) typing {
	t.Helper()
	file, err := os.ReadFile("../shared/eval/sample/queries.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var r heuristics.Ranker
	first := func(query string) int {
		ranking, err := r.Rank(query, docs, typingOptions(on))
		if err != nil {
			t.Fatal(err)
		}
		return ranking.Items[0].Index
	}
	var seen typing
	asked := 0
	for line := range strings.Lines(string(file)) {
		var q struct{ Text string }
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err)
		}
		if asked++; asked%2 != 0 {
			continue // a sample is enough
		}
		last, before := first(q.Text+" "), 0
		for i := 1; i <= len(q.Text); i++ {
			if i < len(q.Text) && !utf8.RuneStart(q.Text[i]) {
				continue
			}
			at := first(q.Text[:i])
			seen.letters++
			if at == last {
				seen.found++
			}
			if at != before {
				seen.changes++
			}
			before = at
		}
	}
	return seen
}

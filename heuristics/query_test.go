package heuristics

import (
	"strings"
	"testing"
	"unicode"

	"github.com/splitrank/splitrank/heuristics/text"
)

// TestEveryTokenHasAWord: no letter of any script comes out of the scanner as
// a word of nothing, which would weigh nothing.
func TestEveryTokenHasAWord(t *testing.T) {
	var q query
	for r := rune(0); r <= unicode.MaxRune; r++ {
		s := string(r)
		q.readWords(s)
		for i := range q.words {
			word := q.word(i)
			if len(word) == 0 || len(text.AppendFolded(nil, word)) == 0 || lengthFactor(word) == 0 {
				t.Errorf("token %d of %+q is the word %q", i, s, word)
			}
		}
	}
}

// TestEveryScriptIsFound: a query in any script finds its own words.
func TestEveryScriptIsFound(t *testing.T) {
	for name, table := range unicode.Scripts {
		word := lettersOf(table, 4)
		if len([]rune(word)) < 2 {
			continue
		}
		docs := []Document{{Text: "something else"}, {Text: word}}
		r, err := Rank(word, docs, Options{FirstStage: Hidden})
		if err != nil {
			t.Fatal(err)
		}
		if r.Items[0].Index != 1 || r.Items[0].Score == 0 {
			t.Errorf("%s: %q does not find itself", name, word)
		}
	}
}

// lettersOf is a word of the first n letters of a script.
func lettersOf(table *unicode.RangeTable, n int) string {
	var b strings.Builder
	for r := rune('A'); r <= unicode.MaxRune && n > 0; r++ {
		if unicode.Is(table, r) && unicode.IsLetter(r) {
			b.WriteRune(r)
			n--
		}
	}
	return b.String()
}

// TestRepeatedWords: each distinct stem is one term, however often it stands
// in the query.
func TestRepeatedWords(t *testing.T) {
	cut := Stemmer{Language: "en", Stem: func(w string) string { return strings.TrimSuffix(w, "ing") }}
	for _, c := range []struct {
		name, query string
		terms       int
	}{
		{"one word twice", "bread bread", 1},
		{"in capitals", "bread BREAD", 1},
		{"a stop word twice", "the the bread", 2},
		{"a word and its kin", "bak baking", 1},
		{"unstemmed light forms", "לחם הלחם", 1},
		{"numbers", "1984 1984 2001", 2},
		{"overlapping pairs", "面包面包", 2},
		{"none", "?!", 0},
	} {
		var q query
		q.parse(c.query, Options{Stemmers: []Stemmer{cut}})
		if len(q.terms) != c.terms {
			t.Errorf("%s: %q has %d terms, want %d", c.name, c.query, len(q.terms), c.terms)
		}
	}
}

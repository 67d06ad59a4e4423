package heuristics_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics"
)

// cut lists what the spans cut out of a text.
func cut(text string, spans []heuristics.Span) []string {
	out := []string{}
	for _, s := range spans {
		out = append(out, text[s.Start:s.End])
	}
	return out
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		name, query, text string
		want              []string
	}{
		{"as written", "bread oven", "An oven, some bread, an oven.", []string{"oven", "bread", "oven"}},
		{"other case", "bread", "BREAD and Bread", []string{"BREAD", "Bread"}},
		{"kin", "baking", "She bakes; he baked.", []string{"bakes", "baked"}},
		{"no stop words", "the bread", "the bread of the day", []string{"bread"}},
		{"nothing", "bread", "rivers and trains", []string{}},
		{"a part of a word is none", "bread", "breadth", []string{}},
		{"without the possessive", "museum", "the museum's garden", []string{"museum"}},
		{"with inner apostrophe", "ma'am", "yes, ma'am", []string{"ma'am"}},
		{"elision", "aube", "avant l'aube", []string{"aube"}},
		{"accents as they stand", "cafe", "un cafe\u0301 noir", []string{"cafe\u0301"}},
		{"Hebrew with its prefix", "תנור", "הלחם בתנור", []string{"בתנור"}},
		{"Hebrew with niqqud", "לחם", "אכל לֶחֶם טרי", []string{"לֶחֶם"}},
		{"Hebrew with a point on its last letter", "באת", "את בָּאתָ הנה", []string{"בָּאתָ"}},
		{"Hebrew abbreviation with its marks", "צהל", "חיילי צה״ל כאן", []string{"צה״ל"}},
		{"Hebrew on both sides of a maqaf", "בית ספר", "בבית־הספר", []string{"בבית", "הספר"}},
		{"touching words are one", "gpu 内存", "GPU内存很大", []string{"GPU内存"}},
		{"but for stop words", "ה FBI", "הFBI", []string{"FBI"}},
		{"overlapping pairs are one", "火车站", "河对岸的火车站开了", []string{"火车站"}},
		{"pairs apart are apart", "面包", "面包和面包", []string{"面包", "面包"}},
		{"Thai", "ห้องสมุด", "ในห้องสมุดเปิด", []string{"ห้องสมุด"}},
		{"beside emoji", "bread", "🍞bread🍞", []string{"bread"}},
		{"without direction marks", "train", "\u200ftrain\u200e", []string{"train"}},
		{"beside invalid bytes", "bread", "\xffbread\xfe", []string{"bread"}},
	} {
		r := rank(t, c.query, []heuristics.Document{{Text: c.text}}, heuristics.Options{Matches: true})
		if got := cut(c.text, r.Items[0].Matches); !slices.Equal(got, c.want) {
			t.Errorf("%s: matches of %q in %q are %q, want %q", c.name, c.query, c.text, got, c.want)
		}
	}
}

// TestMatchesAreOfTheText, not of the title.
func TestMatchesAreOfTheText(t *testing.T) {
	docs := []heuristics.Document{{Title: "Bread and ovens", Text: "An oven."}, {Title: "Bread"}}
	r := rank(t, "bread oven", docs, heuristics.Options{Matches: true, FirstStage: heuristics.Hidden})
	for _, it := range r.Items {
		want := [][]string{{"oven"}, {}}[it.Index]
		if got := cut(docs[it.Index].Text, it.Matches); !slices.Equal(got, want) {
			t.Errorf("document %d: matches are %q, want %q", it.Index, got, want)
		}
	}
}

// TestMatchesAreWellFormed: ascending, apart, within the text, between runes.
func TestMatchesAreWellFormed(t *testing.T) {
	found := 0
	eachRequest(t, 200, func(t *testing.T, _ *rand.Rand, r request) {
		for _, it := range rank(t, r.query, r.docs, r.o).Items {
			text, last := r.docs[it.Index].Text, -1
			for _, m := range it.Matches {
				found++
				if m.Start <= last || m.End <= m.Start || m.End > len(text) {
					t.Fatalf("document %d: span %+v after %d, of %d bytes", it.Index, m, last, len(text))
				}
				if utf8.ValidString(text) && !utf8.ValidString(text[m.Start:m.End]) {
					t.Errorf("document %d: span %+v cuts a rune", it.Index, m)
				}
				last = m.End
			}
		}
	})
	if found < 500 {
		t.Errorf("only %d matches", found)
	}
}

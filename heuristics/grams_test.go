package heuristics

import "testing"

// gramsOf ranks and answers the Grams value of every document.
func gramsOf(t *testing.T, query string, o Options, texts ...string) []Score {
	t.Helper()
	docs := make([]Document, len(texts))
	for i := range texts {
		docs[i].Text = texts[i]
	}
	var r Ranker
	o.FirstStage = Hidden
	if _, err := r.Rank(query, docs, o); err != nil {
		t.Fatal(err)
	}
	var out []Score
	for i := range r.docs {
		out = append(out, r.docs[i].raw[Grams])
	}
	return out
}

func TestGrams(t *testing.T) {
	en := Options{Stemmers: []Stemmer{{Language: "en", Stem: func(w string) string { return w }}}}
	for _, c := range []struct {
		name, query string
		o           Options
		near, far   string // share grams with the query, or fewer
		some        bool   // whether the nearer has any
	}{
		{"Hebrew: three letters", "ספרייה", en, "ספריות", "תחנות", true},
		{"Hebrew: a word too short has none", "לח", en, "לחם", "לחם", false},
		{"Latin without a stemmer: four letters", "könyvtár", Options{Language: "und"}, "konyvek", "terkep", true},
		{"three Latin letters are too few", "könyvtár", Options{Language: "und"}, "kony", "kon", true},
		{"stemmed words need none", "libraries", en, "libraries", "museum", false},
		{"stop words have none", "מדוע", en, "מדוע", "לחם", false},
		{"numbers have none", "1984", en, "1984", "2001", false},
		{"numbers do not stand in the way of words", "1984 könyvtár", Options{Language: "und"}, "konyvek", "1984", true},
		{"nor of Hebrew ones", "1984 ספרייה", en, "ספריות", "1984", true},
		{"the script of the first word counts", "ספרייה könyvtár", Options{Language: "und"}, "ספריות", "konyvek", true},
		{"Chinese pairs are grams already", "火车站", en, "火车站", "图书馆", false},
		{"Thai too", "ห้องสมุด", en, "ห้องสมุด", "สถานี", false},
		{"Greek", "φούρνος", en, "φουρνάρης", "σταθμός", true},
	} {
		got := gramsOf(t, c.query, c.o, c.near, c.far)
		if some := got[0] > 0; some != c.some {
			t.Errorf("%s: %q has %d of the grams of %q", c.name, c.near, got[0], c.query)
		}
		if c.some && got[1] >= got[0] {
			t.Errorf("%s: %q has %d of the grams of %q, %q has %d", c.name, c.far, got[1], c.query, c.near, got[0])
		}
	}
}

// TestGramsLeaveTheSum: where the query has no grams they take no weight from
// the other signals.
func TestGramsLeaveTheSum(t *testing.T) {
	o := Options{Stemmers: []Stemmer{{Language: "en", Stem: func(w string) string { return w }}}}
	for _, c := range []struct {
		query string
		grams bool
	}{{"libraries", false}, {"libraries 1984", false}, {"ספרייה", true}, {"火车站", false}} {
		var r Ranker
		if _, err := r.Rank(c.query, []Document{{Text: "x"}}, o); err != nil {
			t.Fatal(err)
		}
		if got := r.weights[Grams] > 0; got != c.grams {
			t.Errorf("%q: grams weigh %d", c.query, r.weights[Grams])
		}
	}
}

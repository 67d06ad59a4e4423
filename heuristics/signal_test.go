package heuristics

import (
	"math"
	"strings"
	"testing"
)

// fill is n words that no query has.
func fill(n int) string { return strings.Repeat("w ", n) }

// TestSignalValues compares the signals of a lone document with their
// formulas.
func TestSignalValues(t *testing.T) {
	for _, c := range []struct {
		name, query, text string
		signal            Signal
		want              float64
	}{
		{"overlap of one occurrence, 1/(1+1.2)", "zeppelin", "zeppelin", Overlap, 1 / 2.2},
		{"overlap of three", "zeppelin", "zeppelin zeppelin zeppelin", Overlap, 3 / 4.2},
		{"overlap with half of the words", "zeppelin aardvark", "zeppelin", Overlap, 0.5 / 2.2},
		{"one word asked twice is all of the query", "zeppelin zeppelin", "zeppelin", Overlap, 1 / 2.2},
		{"overlap with none", "zeppelin", "aardvark", Overlap, 0},
		{"exact of the word", "zeppelin", "zeppelin", Exact, 1 / 2.2},
		{"exact of its plural", "zeppelin", "zeppelins", Exact, 0},
		{"overlap of its plural", "zeppelin", "zeppelins", Overlap, 1 / 2.2},
		{"exact of both", "zeppelin", "zeppelins zeppelin", Exact, 1 / 2.2},
		{"phrase of the whole query", "zeppelin aardvark", "w zeppelin aardvark w", Phrase, 1},
		{"phrase with a gap", "zeppelin aardvark", "zeppelin w aardvark", Phrase, 0},
		{"phrase in the other order", "zeppelin aardvark", "aardvark zeppelin", Phrase, 0},
		{"phrase of one word", "zeppelin", "zeppelin", Phrase, 0},
		{"half of the query", "zeppelin aardvark marzipan vineyard", "aardvark marzipan", Phrase, 0.5},
		{"the longer of two", "zeppelin aardvark marzipan vineyard", "zeppelin aardvark w aardvark marzipan vineyard", Phrase, 0.75},
		{"where the query repeats a word", "zeppelin aardvark zeppelin marzipan", "zeppelin aardvark", Phrase, 2.0 / 3},
		{"a repetition adds nothing", "zeppelin aardvark zeppelin", "zeppelin aardvark zeppelin", Phrase, 1},
		{"phrase across punctuation", "zeppelin aardvark", "zeppelin. Aardvark!", Phrase, 1},
		{"near: within eight words", "zeppelin aardvark", "zeppelin " + fill(6) + "aardvark", Proximity, 1},
		{"beyond eight", "zeppelin aardvark", "zeppelin " + fill(7) + "aardvark", Proximity, 2.5 / 3},
		{"within sixteen", "zeppelin aardvark", "zeppelin " + fill(14) + "aardvark", Proximity, 2.5 / 3},
		{"beyond sixteen", "zeppelin aardvark", "zeppelin " + fill(15) + "aardvark", Proximity, 2.0 / 3},
		{"within thirty-two", "zeppelin aardvark", "zeppelin " + fill(30) + "aardvark", Proximity, 2.0 / 3},
		{"beyond thirty-two", "zeppelin aardvark", "zeppelin " + fill(31) + "aardvark", Proximity, 1.5 / 3},
		{"the nearest occurrence", "zeppelin aardvark", "zeppelin " + fill(40) + "aardvark zeppelin", Proximity, 1},
		{"one word often is no nearer", "zeppelin aardvark", "zeppelin zeppelin zeppelin", Proximity, 0.5},
		{"first word", "zeppelin", "zeppelin w", Position, 1},
		{"ninth word, 8/(8+8)", "zeppelin", fill(8) + "zeppelin", Position, 0.5},
		{"the first occurrence counts", "zeppelin", fill(8) + "zeppelin zeppelin", Position, 0.5},
		{"one of two words first", "zeppelin aardvark", "zeppelin", Position, 0.5},
		{"length below the curve", "zeppelin", fill(4), Length, 0.25},
	} {
		if got := evenly(c.query, c.text, c.signal); math.Abs(got-c.want) > 0.001 {
			t.Errorf("%s: %s is %.4f, want %.4f", c.name, c.signal, got, c.want)
		}
	}
}

// evenly computes a signal of a lone document with terms that all weigh the
// same.
func evenly(query, text string, signal Signal) float64 {
	var r Ranker
	r.prepare(query, []Document{{Text: text}}, Options{})
	for i := range r.query.terms {
		r.query.terms[i].weight, r.query.terms[i].once = One, One
	}
	r.query.weight = One * Score(len(r.query.terms))
	r.query.once = r.query.weight
	r.query.sumBefore()
	r.scoreWords()
	return r.docs[0].raw[signal].Float()
}

func TestFirstStageSignal(t *testing.T) {
	for _, c := range []struct {
		name  string
		ranks []int
		want  []float64 // 1 − log(rank)/log(n+1)
	}{
		{"one document", []int{0}, []float64{1}},
		{"by position", []int{0, 0, 0}, []float64{1, 0.5, 1 - math.Log(3)/math.Log(4)}},
		{"by rank, gaps closed", []int{30, 10, 20}, []float64{1 - math.Log(3)/math.Log(4), 1, 0.5}},
	} {
		var r Ranker
		docs := make([]Document, len(c.ranks))
		for i := range docs {
			docs[i].Rank = c.ranks[i]
		}
		if _, err := r.Rank("bread", docs, Options{}); err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			if got := r.docs[i].raw[FirstStageOrder].Float(); math.Abs(got-want) > 1e-4 {
				t.Errorf("%s: document %d has %.4f, want %.4f", c.name, i, got, want)
			}
		}
	}
}

// TestWordsThatFoldAlike: the memo of words does not take one for another that
// differs in accents alone.
func TestWordsThatFoldAlike(t *testing.T) {
	stem := Stemmer{Language: "en", Stem: func(w string) string {
		if w == "résumé" {
			return "resum"
		}
		return w
	}}
	for _, text := range []string{"résumé resume", "resume résumé"} {
		r, err := Rank("resum", []Document{{Text: text}}, Options{Stemmers: []Stemmer{stem}, Matches: true})
		if err != nil {
			t.Fatal(err)
		}
		m := r.Items[0].Matches
		if len(m) != 1 || text[m[0].Start:m[0].End] != "résumé" {
			t.Errorf("%q: matches are %v, want résumé alone", text, m)
		}
	}
}

// TestMemoOfAnEarlierCall: after 2^32 calls the memo starts over.
func TestMemoOfAnEarlierCall(t *testing.T) {
	var r Ranker
	docs := []Document{{Text: "bread and rivers"}}
	if _, err := r.Rank("bread", docs, Options{}); err != nil {
		t.Fatal(err)
	}
	r.matcher.call = math.MaxUint32
	for _, query := range []string{"rivers", "bread"} {
		got, err := r.Rank(query, docs, Options{Matches: true})
		if err != nil {
			t.Fatal(err)
		}
		m := got.Items[0].Matches
		if len(m) != 1 || docs[0].Text[m[0].Start:m[0].End] != query {
			t.Errorf("matches of %q are %v", query, m)
		}
	}
	if r.matcher.call != 2 {
		t.Errorf("call is %d, want 2", r.matcher.call)
	}
}

// TestSignalsAreDeclared: a constant without its line in the table has no name.
func TestSignalsAreDeclared(t *testing.T) {
	seen := map[string]bool{}
	for s := range signals {
		if name := s.String(); name == "" || seen[name] {
			t.Errorf("signal %d needs a name of its own in declared, not %q", s, name)
		}
		seen[s.String()] = true
	}
}

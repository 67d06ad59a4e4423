package heuristics_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

// whole is a stemmer that leaves every word as it is.
var whole = heuristics.Stemmer{Language: "en", Stem: func(word string) string { return word }}

// asked are queries that all differ, and the documents they are asked of.
func asked(tb testing.TB, hebrew bool) load {
	l := newLoad(tb, 40, 600, hebrew)
	slices.Sort(l.queries)
	l.queries = slices.Compact(l.queries)
	return l
}

// TestAllocations: a Ranker that has seen the like allocates nothing, though
// every query is new.
func TestAllocations(t *testing.T) {
	small, hebrew := inLower(asked(t, false)), inLower(asked(t, true))
	en := []heuristics.Stemmer{whole}
	for _, c := range []struct {
		name string
		l    load
		o    heuristics.Options
	}{
		{"English", small, heuristics.Options{Stemmers: en}},
		{"English, hidden order", small, heuristics.Options{Stemmers: en, FirstStage: heuristics.Hidden}},
		{"English, explained, with matches", small, heuristics.Options{Stemmers: en, Explain: true, Matches: true}},
		{"English, diverse", small, heuristics.Options{Stemmers: en, Diversity: 0.5}},
		{"English in capitals, unstemmed", asked(t, false), heuristics.Options{}},
		{"English, typing", small, heuristics.Options{Stemmers: en, Typing: true}},
		{"spelled in parts", spelledInParts(small), heuristics.Options{Stemmers: en}},
		{"Hebrew", hebrew, heuristics.Options{Stemmers: en}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if n := allocations(t, c.l, c.o); n != 0 {
				t.Errorf("%v allocations a call, want none", n)
			}
		})
	}
}

// inLower is a load without capitals.
func inLower(l load) load {
	for i := range l.docs {
		l.docs[i].Text = strings.ToLower(l.docs[i].Text)
	}
	for i := range l.queries {
		l.queries[i] = strings.ToLower(l.queries[i])
	}
	return l
}

// TestAllocationsOfCapitals: what is not written in lower case is copied for
// the stemmer, once a call, and only if it begins like a word of the query.
func TestAllocationsOfCapitals(t *testing.T) {
	l := asked(t, false)
	if n := allocations(t, l, heuristics.Options{Stemmers: []heuristics.Stemmer{whole}}); n > float64(len(l.docs)) {
		t.Errorf("%v allocations a call for %d documents, want one each at most", n, len(l.docs))
	}
}

// allocations of a call, after every query was asked once.
func allocations(t *testing.T, l load, o heuristics.Options) float64 {
	t.Helper()
	var r heuristics.Ranker
	at := 0
	ask := func() {
		var err error
		if at%2 == 0 {
			_, err = r.Rank(l.queries[at%len(l.queries)], l.docs, o)
		} else {
			_, err = r.Trim(l.queries[at%len(l.queries)], l.docs, o, heuristics.Budget{Documents: 10})
		}
		if err != nil {
			t.Fatal(err)
		}
		at++
	}
	warm, measured := 300, 200
	if len(l.queries) < warm+measured {
		t.Fatalf("only %d queries", len(l.queries))
	}
	for range warm {
		ask()
	}
	return testing.AllocsPerRun(measured, ask)
}

// spelledInParts is a load whose queries and documents hold what can be joined.
func spelledInParts(l load) load {
	const parts = " e-mail 4.2 c++ sha-256 1,000 u.s. == "
	l.docs, l.queries = slices.Clone(l.docs), slices.Clone(l.queries)
	for i := range l.docs {
		l.docs[i].Text = parts + l.docs[i].Text + " email sha 256 1000"
	}
	for i := range l.queries {
		l.queries[i] += parts
	}
	return l
}

package heuristics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// slowSpearman is Pearson's correlation of mean ranks, in floating point.
func slowSpearman(x, y []float64) float64 {
	a, b := meanRanks(x), meanRanks(y)
	middle := float64(len(x)-1) / 2
	var cross, xx, yy float64
	for i := range a {
		cross += (a[i] - middle) * (b[i] - middle)
		xx += (a[i] - middle) * (a[i] - middle)
		yy += (b[i] - middle) * (b[i] - middle)
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return cross / math.Sqrt(xx*yy)
}

// meanRanks counts what is smaller, and half of what is equal.
func meanRanks(x []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		for j := range x {
			switch {
			case x[j] < x[i]:
				out[i]++
			case x[j] == x[i] && j != i:
				out[i] += 0.5
			}
		}
	}
	return out
}

func TestCorrelation(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for _, c := range []struct {
		name   string
		n      int
		values func(i int) int // of the document at rank i
	}{
		{"the same order", 10, func(i int) int { return -i }},
		{"the opposite order", 10, func(i int) int { return i }},
		{"all equal", 10, func(int) int { return 5 }},
		{"all but one equal", 10, func(i int) int { return i / 9 }},
		{"two documents", 2, func(i int) int { return -i }},
		{"three, the last two changed", 3, func(i int) int { return []int{9, 1, 5}[i] }},
		{"pairs of equals", 20, func(i int) int { return -(i / 2) }},
		{"random", 100, func(int) int { return rng.IntN(1000) }},
		{"random with many equals", 100, func(int) int { return rng.IntN(4) }},
		{"negative values", 50, func(int) int { return rng.IntN(1000) - 1000 }},
		{"a thousand", 1000, func(i int) int { return rng.IntN(1000) - i }},
		{"where squares pass 64 bits", 3000, func(i int) int { return rng.IntN(10_000) - i/2 }},
	} {
		var r Ranker
		var x, y []float64
		for i := range c.n {
			v := c.values(i)
			r.byRank = append(r.byRank, int32(i))
			r.docs = append(r.docs, document{score: Score(v)})
			x, y = append(x, float64(-i)), append(y, float64(v))
		}
		got := r.correlation(func(d *document) Score { return d.score }).Float()
		if want := slowSpearman(x, y); math.Abs(got-want) > 1e-4 {
			t.Errorf("%s: correlation is %.5f, want %.5f", c.name, got, want)
		}
	}
}

func TestCorrelationFollowsTheGivenRanks(t *testing.T) {
	r := Ranker{byRank: []int32{2, 0, 1}, docs: []document{{score: 5}, {score: 1}, {score: 9}}}
	if got := r.correlation(func(d *document) Score { return d.score }); got < One*99/100 {
		t.Errorf("correlation is %d, want One", got)
	}
}

// subjects are two fields with words of their own. Only the first is asked
// about; half of its documents say so in other words.
var onSubject = strings.Fields("dough yeast oven crust flour knead rise hydration bake starter crumb steam proof salt water")
var offSubject = strings.Fields("senate vote tariff bill treaty court law judge budget party motion clause debate seat veto")

// field makes n documents about the subject, best first, then n others. Every
// other one of the subject has the query's word.
func field(rng *rand.Rand, n int) []Document {
	docs := make([]Document, 2*n)
	for i := range docs {
		words := onSubject
		if i >= n {
			words = offSubject
		}
		var b strings.Builder
		for range 24 {
			b.WriteString(words[rng.IntN(len(words))] + " ")
		}
		if i < n && rng.IntN(2) == 0 || i >= n && rng.IntN(5) == 0 {
			b.WriteString("sourdough")
		}
		docs[i].Text = b.String()
	}
	return docs
}

func trustIn(t *testing.T, docs []Document, order []int) Score {
	t.Helper()
	given := make([]Document, len(docs))
	for at, i := range order {
		given[at] = docs[i]
	}
	r, err := Rank("sourdough", given, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Trust
}

// TestTrust compares orders of the same documents: a random one, one that
// counts words, and one that knows the subject.
func TestTrust(t *testing.T) {
	const rounds = 20
	var random, lexical, informed Score
	for seed := range uint64(rounds) {
		rng := rand.New(rand.NewPCG(seed, 5))
		docs := field(rng, 30)
		random += trustIn(t, docs, rng.Perm(len(docs))) / rounds
		lexical += trustIn(t, docs, lexicalOrder(t, docs)) / rounds
		informed += trustIn(t, docs, firstHalfMixed(rng, len(docs))) / rounds
	}
	t.Logf("mean trust in a random order %.3f, a lexical one %.3f, an informed one %.3f", random.Float(), lexical.Float(), informed.Float())
	if random > One/10 {
		t.Errorf("a random order gets %d, want less than a tenth", random)
	}
	if lexical > trustLeast+One/50 {
		t.Errorf("a lexical order gets %d, want the least, %d", lexical, trustLeast)
	}
	if informed < 2*max(random, lexical) {
		t.Errorf("an informed order gets %d, want twice what others get", informed)
	}
}

// lexicalOrder is the one of this package.
func lexicalOrder(t *testing.T, docs []Document) []int {
	t.Helper()
	r, err := Rank("sourdough", docs, Options{FirstStage: Hidden, Weights: &Weights{Exact: 1}})
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for _, it := range r.Items {
		out = append(out, it.Index)
	}
	return out
}

// firstHalfMixed has the first half in front, in any order.
func firstHalfMixed(rng *rand.Rand, n int) []int {
	out := rng.Perm(n / 2)
	for _, i := range rng.Perm(n - n/2) {
		out = append(out, n/2+i)
	}
	return out
}

func TestNoTrustWithoutAnOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		docs []Document
		o    Options
	}{
		{"no documents", nil, Options{}},
		{"one document", []Document{{Text: "sourdough"}}, Options{}},
		{"documents that are all alike", []Document{{Text: "sourdough"}, {Text: "sourdough"}, {Text: "sourdough"}}, Options{}},
		{"empty documents", make([]Document, 5), Options{}},
		{"hidden", []Document{{Text: "sourdough bread"}, {Text: "sourdough"}, {Text: "rivers"}, {}}, Options{FirstStage: Hidden}},
		{"the opposite of what the words say", []Document{{Text: "rivers"}, {Text: "old bread"}, {Text: "bread and sourdough"}, {Text: "sourdough"}}, Options{}},
	} {
		r, err := Rank("sourdough", c.docs, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if r.Trust != 0 {
			t.Errorf("%s: trust is %d, want none", c.name, r.Trust)
		}
	}
}

// TestCohesionOfManyAlike: vectors of words that all documents hold are so
// short that rounding makes their cosines larger than one.
func TestCohesionOfManyAlike(t *testing.T) {
	docs := make([]Document, 1000)
	for i := range docs {
		docs[i].Text = "alpha beta gamma"
		if i >= 990 {
			docs[i].Text += fmt.Sprintf(" delta%d epsilon%d zeta%d", i, i, i)
		}
	}
	var r Ranker
	r.prepare("sourdough", docs, Options{})
	if got := r.cohesion(); got < 0 {
		t.Errorf("cohesion is %d though the first are like those that follow", got)
	}
}

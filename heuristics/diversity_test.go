package heuristics_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

func TestDiversity(t *testing.T) {
	docs := []heuristics.Document{
		{Text: "sourdough bread rises slowly in a cool kitchen overnight"},
		{Text: "sourdough bread rises slowly in a cool kitchen overnight."},
		{Text: "the history of sourdough: miners carried starters across Alaska"},
		{Text: "parliament votes on taxes"},
	}
	for _, c := range []struct {
		name string
		d    float64
		want []int
	}{
		{"off: near duplicates stay together", 0, []int{0, 1, 2, 3}},
		{"too little to matter", 0.01, []int{0, 1, 2, 3}},
		{"half: the duplicate goes behind another answer", 0.5, []int{0, 2, 1, 3}},
		{"all: only the first counts, then whatever is new", 1, []int{0, 3, 2, 1}},
	} {
		o := heuristics.Options{FirstStage: heuristics.Hidden, Diversity: c.d}
		if got := orderOf(t, "sourdough bread", docs, o); !slices.Equal(got, c.want) {
			t.Errorf("%s: order is %v, want %v", c.name, got, c.want)
		}
	}
}

// TestDiversityOnlyMoves: the same documents with the same scores and
// explanations, the best one first.
func TestDiversityOnlyMoves(t *testing.T) {
	eachRequest(t, 100, func(t *testing.T, rng *rand.Rand, r request) {
		plain := rank(t, r.query, r.docs, r.o)
		r.o.Diversity = rng.Float64()
		diverse := rank(t, r.query, r.docs, r.o)
		seen := map[int]bool{}
		for at, it := range diverse.Items {
			if seen[it.Index] {
				t.Errorf("document %d stands twice", it.Index)
			}
			seen[it.Index] = true
			if want := scoreOf(plain, it.Index); it.Score != want {
				t.Errorf("document %d scores %d, without diversity %d", it.Index, it.Score, want)
			}
			sum := heuristics.Score(0)
			for _, p := range it.Explanation {
				sum += p.Contribution
			}
			if sum != it.Score {
				t.Errorf("place %d: the parts of another document", at+1)
			}
		}
		if len(seen) != len(r.docs) {
			t.Errorf("%d documents of %d", len(seen), len(r.docs))
		}
		if len(seen) > 0 && diverse.Items[0].Index != plain.Items[0].Index {
			t.Errorf("document %d is first, the best is %d", diverse.Items[0].Index, plain.Items[0].Index)
		}
	})
}

func TestDiversityLeavesTheRestAlone(t *testing.T) {
	docs := make([]heuristics.Document, heuristics.DiverseDepth+20)
	for i := range docs {
		docs[i].Text = fmt.Sprintf("ferry %s number%d", languageTexts[0].text[:3*i], i)
	}
	o := heuristics.Options{FirstStage: heuristics.Hidden}
	plain := orderOf(t, "ferry bread", docs, o)
	o.Diversity = 1
	diverse := orderOf(t, "ferry bread", docs, o)
	if !slices.Equal(plain[heuristics.DiverseDepth:], diverse[heuristics.DiverseDepth:]) {
		t.Errorf("beyond %d documents the order changed", heuristics.DiverseDepth)
	}
	if slices.Equal(plain[:heuristics.DiverseDepth], diverse[:heuristics.DiverseDepth]) {
		t.Error("before them it did not")
	}
}

// TestTinyDiversityChangesNothing: a d that rounds to nothing is none, even
// where scores lie close together.
func TestTinyDiversityChangesNothing(t *testing.T) {
	eachRequest(t, 60, func(t *testing.T, _ *rand.Rand, r request) {
		plain := orderOf(t, r.query, r.docs, r.o)
		r.o.Diversity = 1e-9
		if got := orderOf(t, r.query, r.docs, r.o); !slices.Equal(got, plain) {
			t.Errorf("order is %v, without diversity %v", got, plain)
		}
	})
}

package heuristics_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

// TestLike: a document that lacks the query's words but is like a good one is chosen
// before one that has them and is not.
func TestLike(t *testing.T) {
	docs := []heuristics.Document{
		{Text: "reset the pump: hold START for five seconds until the pressure valve closes and the alarm ends"},
		{Text: "the pump stands in the cellar"},
		{Text: "hold START until the pressure valve closes and the alarm ends"},
		{Text: "a reset of the router"},
		{Text: "parliament votes on taxes"},
	}
	r := new(heuristics.Ranker)
	ranking, err := r.Trim("reset the pump", docs, heuristics.Options{FirstStage: heuristics.Hidden}, heuristics.Budget{Documents: 2})
	if err != nil {
		t.Fatal(err)
	}
	worth := worthOf(ranking)
	for _, tt := range []struct {
		name        string
		good, among []int
		n           int
		want        []int
	}{
		{"like the good one", []int{0}, []int{1, 2, 3, 4}, 2, []int{2, 3}},
		{"more than there are", []int{0}, []int{4, 1}, 5, []int{1, 4}},
		{"none", []int{0}, []int{1}, 0, []int{}},
		{"nothing to choose among", []int{0}, nil, 3, []int{}},
	} {
		if got := r.Like(tt.good, tt.among, worth, tt.n); !slices.Equal(got, tt.want) {
			t.Errorf("%s: chose %v, want %v", tt.name, got, tt.want)
		}
	}
}

// worthOf documents by their index: their scores.
func worthOf(r heuristics.Ranking) []heuristics.Score {
	worth := make([]heuristics.Score, len(r.Items))
	for _, it := range r.Items {
		worth[it.Index] = it.Score
	}
	return worth
}

// TestLikeOfAnything: over any documents the choice is that of the formula written out,
// but for rounding, and a second choice is not changed by the first.
func TestLikeOfAnything(t *testing.T) {
	eachRequest(t, 100, func(t *testing.T, rng *rand.Rand, q request) {
		r := new(heuristics.Ranker)
		ranking, err := r.Rank(q.query, q.docs, q.o)
		if err != nil || len(q.docs) < 2 {
			return
		}
		order := rng.Perm(len(q.docs))
		good := order[:1+rng.IntN(min(5, len(order)-1))]
		among := order[len(good):]
		worth := worthOf(ranking)
		top := slices.Max(worth).Float()
		value := func(i int) float64 {
			v := 0.0
			if top > 0 {
				v = worth[i].Float() / top
			}
			for _, g := range good {
				v += 2 * r.Similarity(g, i).Float() / float64(len(good))
			}
			return v
		}
		got := r.Like(good, among, worth, len(among))
		for k := 1; k < len(got); k++ {
			if before, after := value(got[k-1]), value(got[k]); before < after-0.001 {
				t.Errorf("document %d of value %v stands before %d of %v", got[k-1], before, got[k], after)
			}
		}
		if again := r.Like(good, among, worth, len(among)); !slices.Equal(again, got) || len(got) != len(among) {
			t.Errorf("chose %v, then %v of %d", got, again, len(among))
		}
	})
}

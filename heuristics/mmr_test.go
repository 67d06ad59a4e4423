package heuristics

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// slowDiverse chooses by the formula of Diversify: for every place it compares
// every document left with every one chosen.
func (or *oracle) slowDiverse(items []Item, d Score, buckets uint64) []int {
	var chosen []int
	left := slices.Clone(items)
	for len(left) > 0 {
		best, most := 0, -3*One
		for i, it := range left {
			nearest := Score(0)
			for _, c := range chosen {
				nearest = max(nearest, or.cosine(c, it.Index, buckets))
			}
			margin := mul(One-d, share(it.Score, items[0].Score)) - mul(d, nearest)
			if margin > most {
				best, most = i, margin
			}
		}
		chosen = append(chosen, left[best].Index)
		left = slices.Delete(left, best, best+1)
	}
	return chosen
}

func (or *oracle) cosine(a, b int, buckets uint64) Score {
	x, xn := or.vector(or.docs[a], buckets)
	y, yn := or.vector(or.docs[b], buckets)
	if xn == 0 || yn == 0 {
		return 0
	}
	sum := Score(0)
	for bucket, v := range y {
		sum += v * (x[bucket] * One / xn)
	}
	return clamp(sum / yn)
}

func TestSimilarityAgainstTheFormula(t *testing.T) {
	docs := []Document{{Text: "bread oven bread dough"}, {Text: "dough river"}, {Text: ""}, {Title: "dough", Text: "river"}}
	var r Ranker
	if _, err := r.Rank("bread", docs, Options{}); err != nil {
		t.Fatal(err)
	}
	or := newOracle("bread", docs, Options{})
	for i := range docs {
		for j := range docs {
			if got, want := r.Similarity(i, j), or.cosine(i, j, r.vectors.mask+1); got != want {
				t.Errorf("%d and %d: %d, want %d", i, j, got, want)
			}
		}
	}
	if near := r.Similarity(1, 3); near < One*99/100 {
		t.Errorf("the same words: %v", near)
	}
}

func TestDiversityAgainstTheFormula(t *testing.T) {
	words := strings.Fields("bread oven dough river ferry milk train map letter novel")
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 8))
		docs := make([]Document, 12)
		for i := range docs {
			for range 1 + rng.IntN(12) {
				docs[i].Text += words[rng.IntN(len(words))] + " "
			}
		}
		o := Options{FirstStage: Hidden}
		var r Ranker
		plain, err := r.Rank("bread ferry map", docs, o)
		if err != nil {
			t.Fatal(err)
		}
		d := Score(rng.IntN(int(One) + 1))
		want := newOracle("bread ferry map", docs, o).slowDiverse(plain.Items, d, r.vectors.mask+1)
		o.Diversity = d.Float()
		diverse, err := r.Rank("bread ferry map", docs, o)
		if err != nil {
			t.Fatal(err)
		}
		wantOrder(t, diverse.Items, want)
		items := strangers(rng, len(docs))
		want = newOracle("bread ferry map", docs, o).slowDiverse(items, d, r.vectors.mask+1)
		r.Diversify(items, d.Float())
		wantOrder(t, items, want)
	}
}

// strangers are n documents with scores that are not the heuristics', the best
// first.
func strangers(rng *rand.Rand, n int) []Item {
	items := make([]Item, n)
	for i, document := range rng.Perm(n) {
		items[i] = Item{Index: document, Score: Score(rng.IntN(int(One) + 1))}
	}
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(b.Score, a.Score) })
	return items
}

func wantOrder(t *testing.T, items []Item, want []int) {
	t.Helper()
	for at, it := range items {
		if it.Index != want[at] {
			t.Errorf("place %d is document %d, want %d", at+1, it.Index, want[at])
		}
	}
}

package heuristics_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/heuristics/stem/english"
)

// request is a random query with its documents and options.
type request struct {
	query string
	docs  []heuristics.Document
	o     heuristics.Options
}

// randomRequest mixes documents of all languages, some ugly, and varies every
// option but diversity.
func randomRequest(rng *rand.Rand) request {
	l := languageTexts[rng.IntN(len(languageTexts))]
	r := request{query: l.queries[rng.IntN(len(l.queries))], docs: make([]heuristics.Document, rng.IntN(25))}
	if rng.IntN(8) == 0 {
		r.query = ""
	}
	for i := range r.docs {
		r.docs[i] = randomDocument(rng, l)
	}
	r.o = heuristics.Options{
		Stemmers:   [][]heuristics.Stemmer{nil, {english.Stemmer()}, all.Stemmers()}[rng.IntN(3)],
		FirstStage: heuristics.FirstStage(rng.IntN(2)),
		Explain:    true, Matches: true,
	}
	if rng.IntN(2) == 0 {
		r.o.Weights = randomWeights(rng)
	}
	return r
}

func randomDocument(rng *rand.Rand, l languageText) heuristics.Document {
	d := heuristics.Document{Text: piece(rng, l.text)}
	switch rng.IntN(6) {
	case 0:
		d.Title = piece(rng, l.text)
	case 1:
		d.Text = piece(rng, languageTexts[rng.IntN(len(languageTexts))].text)
	case 2:
		names := slices.Sorted(maps.Keys(uglyTexts))
		d.Text = uglyTexts[names[rng.IntN(len(names))]] + d.Text
	case 3:
		d.Rank = 1 + rng.IntN(30)
	}
	return d
}

func randomWeights(rng *rand.Rand) *heuristics.Weights {
	var w heuristics.Weights
	for s := range w {
		w[s] = rng.IntN(2) * rng.IntN(heuristics.MaxWeight+1)
	}
	w[heuristics.Overlap] = 1 + w[heuristics.Overlap]/2
	return &w
}

// eachRequest runs a check on random requests with names that repeat them.
func eachRequest(t *testing.T, n uint64, check func(t *testing.T, rng *rand.Rand, r request)) {
	for seed := range n {
		rng := rand.New(rand.NewPCG(seed, 99))
		r := randomRequest(rng)
		t.Run(fmt.Sprintf("seed %d, %q", seed, r.query), func(t *testing.T) { check(t, rng, r) })
	}
}

// TestLedger holds what every answer promises of scores and explanations.
func TestLedger(t *testing.T) {
	eachRequest(t, 300, func(t *testing.T, _ *rand.Rand, r request) {
		got := rank(t, r.query, r.docs, r.o)
		weights := map[string]heuristics.Score{}
		for _, it := range got.Items {
			checkScore(t, it.Score, "score")
			sum := heuristics.Score(0)
			for _, p := range it.Explanation {
				checkScore(t, p.Raw, p.Signal)
				sum += p.Contribution
				if known, ok := weights[p.Signal]; ok && known != p.Weight {
					t.Errorf("%s weighs %d here and %d there", p.Signal, p.Weight, known)
				}
				if weights[p.Signal] = p.Weight; p.Contribution != p.Raw*p.Weight>>16 || p.Contribution <= 0 {
					t.Errorf("%+v: contribution is not raw times weight, or nothing", p)
				}
			}
			if sum != it.Score {
				t.Errorf("document %d: the parts sum to %d, the score is %d", it.Index, sum, it.Score)
			}
		}
		total := heuristics.Score(0)
		for _, w := range weights {
			total += w
		}
		checkScore(t, total, "sum of the weights")
		checkScore(t, got.Trust, "trust")
	})
}

func checkScore(t *testing.T, s heuristics.Score, what string) {
	t.Helper()
	if s < 0 || s > heuristics.One {
		t.Errorf("%s is %d, want 0 to One", what, s)
	}
}

// TestLedgerKeepsTheOrderOfSignals: readers find the parts where they were.
func TestLedgerKeepsTheOrderOfSignals(t *testing.T) {
	place := map[string]heuristics.Signal{}
	for s := range heuristics.Signal(len(heuristics.Weights{})) {
		place[s.String()] = s
	}
	eachRequest(t, 60, func(t *testing.T, _ *rand.Rand, r request) {
		for _, it := range rank(t, r.query, r.docs, r.o).Items {
			for i := 1; i < len(it.Explanation); i++ {
				if p := it.Explanation[i]; place[p.Signal] <= place[it.Explanation[i-1].Signal] {
					t.Errorf("%s is out of order in %+v", p.Signal, it.Explanation)
				}
			}
		}
	})
}

// TestOrderIsTotal: every document once, by falling score, then by first-stage
// rank, then by place in the input.
func TestOrderIsTotal(t *testing.T) {
	eachRequest(t, 200, func(t *testing.T, _ *rand.Rand, r request) {
		got := rank(t, r.query, r.docs, r.o).Items
		var want []int
		for i := range r.docs {
			want = append(want, i)
		}
		scores := map[int]heuristics.Score{}
		for _, it := range got {
			scores[it.Index] = it.Score
		}
		unknown := heuristics.MaxRank + 1
		slices.SortFunc(want, func(a, b int) int {
			return cmp.Or(cmp.Compare(scores[b], scores[a]),
				cmp.Compare(cmp.Or(r.docs[a].Rank, unknown), cmp.Or(r.docs[b].Rank, unknown)), cmp.Compare(a, b))
		})
		if len(got) != len(r.docs) {
			t.Fatalf("%d items for %d documents", len(got), len(r.docs))
		}
		for at, it := range got {
			if it.Index != want[at] {
				t.Errorf("place %d is document %d, want %d", at+1, it.Index, want[at])
			}
			if !it.Kept || it.Reason != "" {
				t.Errorf("document %d: kept %v, reason %q after Rank", it.Index, it.Kept, it.Reason)
			}
		}
	})
}

// TestExplanationsAndMatchesOnRequest: they cost, and change nothing.
func TestExplanationsAndMatchesOnRequest(t *testing.T) {
	eachRequest(t, 40, func(t *testing.T, _ *rand.Rand, r request) {
		with := rank(t, r.query, r.docs, r.o)
		r.o.Explain, r.o.Matches = false, false
		without := rank(t, r.query, r.docs, r.o)
		for i, it := range without.Items {
			if it.Explanation != nil || it.Matches != nil {
				t.Errorf("document %d has what nobody asked for", it.Index)
			}
			if it.Index != with.Items[i].Index || it.Score != with.Items[i].Score {
				t.Errorf("place %d is %+v, with explanations %+v", i+1, it, with.Items[i])
			}
		}
	})
}

// tied reports whether two scores are equal, with feedback or before it: equals
// change places with the input, and so may the documents that feedback is
// taken from.
func tied(items []heuristics.Item) bool {
	all, words := map[heuristics.Score]bool{}, map[heuristics.Score]bool{}
	for _, it := range items {
		before := it.Score
		for _, p := range it.Explanation {
			if p.Signal == heuristics.Feedback.String() {
				before -= p.Contribution
			}
		}
		all[it.Score], words[before] = true, true
	}
	return len(all) < len(items) || len(words) < len(items)
}

// TestOrderOfInputDoesNotMatter: a hidden order permuted gives every document
// the score it had, as long as no two are equal.
func TestOrderOfInputDoesNotMatter(t *testing.T) {
	compared := 0
	eachRequest(t, 400, func(t *testing.T, rng *rand.Rand, r request) {
		r.o.FirstStage = heuristics.Hidden
		before := rank(t, r.query, r.docs, r.o)
		if tied(before.Items) {
			return
		}
		compared++
		perm := rng.Perm(len(r.docs))
		docs := make([]heuristics.Document, len(r.docs))
		for i, p := range perm {
			docs[p] = r.docs[i]
			docs[p].Rank = 0
		}
		after := rank(t, r.query, docs, r.o)
		for i, it := range before.Items {
			if other := after.Items[i]; other.Index != perm[it.Index] || other.Score != it.Score {
				t.Errorf("place %d: document %d with %d, permuted %d with %d", i+1, it.Index, it.Score, other.Index, other.Score)
			}
		}
	})
	if compared < 40 {
		t.Errorf("only %d requests had distinct scores", compared)
	}
}

package heuristics_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

// graded are n documents of which the last ones answer best, so that the order
// given and the scores disagree.
func graded(n int) []heuristics.Document {
	docs := make([]heuristics.Document, n)
	for i := range docs {
		for j := range n {
			word := "rivers "
			if j < i {
				word = "bread "
			}
			docs[i].Text += word
		}
	}
	return docs
}

func trim(t *testing.T, query string, docs []heuristics.Document, o heuristics.Options, b heuristics.Budget) []heuristics.Item {
	t.Helper()
	r, err := heuristics.Trim(query, docs, o, b)
	if err != nil {
		t.Fatal(err)
	}
	return r.Items
}

// kept lists the documents kept for a reason, in the order of the input.
func kept(items []heuristics.Item, reason heuristics.Reason) []int {
	out := []int{}
	for _, it := range items {
		if it.Kept && it.Reason == reason {
			out = append(out, it.Index)
		}
	}
	slices.Sort(out)
	return out
}

func TestTrim(t *testing.T) {
	given, hidden := heuristics.Options{}, heuristics.Options{FirstStage: heuristics.Hidden}
	ranked := graded(8)
	for i := range ranked {
		ranked[i].Rank = len(ranked) - i
	}
	for _, c := range []struct {
		name   string
		docs   []heuristics.Document
		o      heuristics.Options
		b      heuristics.Budget
		first  []int // kept as the retriever's best
		score  []int // kept for their score
		reason heuristics.Reason
	}{
		{"half for the retriever, half for the score", graded(8), given, heuristics.Budget{Documents: 4}, []int{0, 1}, []int{6, 7}, heuristics.TrimmedBudget},
		{"an odd budget: the score has one more", graded(8), given, heuristics.Budget{Documents: 3}, []int{0}, []int{6, 7}, heuristics.TrimmedBudget},
		{"one document goes by score", graded(8), given, heuristics.Budget{Documents: 1}, []int{}, []int{7}, heuristics.TrimmedBudget},
		{"as many as asked for the retriever", graded(8), given, heuristics.Budget{Documents: 4, FirstStage: 3}, []int{0, 1, 2}, []int{7}, heuristics.TrimmedBudget},
		{"all for the retriever", graded(8), given, heuristics.Budget{Documents: 2, FirstStage: 2}, []int{0, 1}, []int{}, heuristics.TrimmedBudget},
		{"none for the retriever", graded(8), given, heuristics.Budget{Documents: 4, FirstStage: -1}, []int{}, []int{4, 5, 6, 7}, heuristics.TrimmedBudget},
		{"a hidden order has no best", graded(8), hidden, heuristics.Budget{Documents: 4, FirstStage: 3}, []int{}, []int{4, 5, 6, 7}, heuristics.TrimmedBudget},
		{"the retriever's best by rank", ranked, given, heuristics.Budget{Documents: 2, FirstStage: 1}, []int{7}, []int{6}, heuristics.TrimmedBudget},
		{"as many as there are", graded(4), given, heuristics.Budget{Documents: 4}, []int{0, 1}, []int{2, 3}, ""},
		{"more than there are", graded(4), given, heuristics.Budget{Documents: 9}, []int{0, 1, 2, 3}, []int{}, ""},
		{"adaptive: what scores near the best", graded(8), hidden, heuristics.Budget{Floor: 1, Threshold: heuristics.One / 2}, []int{}, []int{1, 2, 3, 4, 5, 6, 7}, heuristics.TrimmedScore},
		{"adaptive: the floor", graded(8), hidden, heuristics.Budget{Floor: 7, Threshold: heuristics.One}, []int{}, []int{1, 2, 3, 4, 5, 6, 7}, heuristics.TrimmedScore},
		{"adaptive: the cap", graded(8), hidden, heuristics.Budget{Floor: 1, Cap: 2, Threshold: 1}, []int{}, []int{6, 7}, heuristics.TrimmedBudget},
		{"adaptive: the retriever's best count into the floor", graded(8), given, heuristics.Budget{Floor: 2, Threshold: heuristics.One}, []int{0}, []int{7}, heuristics.TrimmedScore},
		{"adaptive: and into the cap", graded(8), given, heuristics.Budget{Floor: 1, Cap: 3, FirstStage: 2, Threshold: 1}, []int{0, 1}, []int{7}, heuristics.TrimmedBudget},
		{"adaptive: only the best", graded(8), hidden, heuristics.Budget{Floor: 1, Threshold: heuristics.One}, []int{}, []int{7}, heuristics.TrimmedScore},
		{"adaptive by default: fewer than the floor stay", graded(8), given, heuristics.Budget{}, []int{0, 1, 2, 3, 4}, []int{5, 6, 7}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := trim(t, "bread", c.docs, c.o, c.b)
			if got := kept(items, heuristics.KeptFirstStage); !slices.Equal(got, c.first) {
				t.Errorf("kept for the first stage: %v, want %v", got, c.first)
			}
			if got := kept(items, heuristics.KeptScore); !slices.Equal(got, c.score) {
				t.Errorf("kept for the score: %v, want %v", got, c.score)
			}
			for _, it := range items {
				if !it.Kept && it.Reason != c.reason {
					t.Errorf("document %d was trimmed with the reason %q, want %q", it.Index, it.Reason, c.reason)
				}
			}
		})
	}
}

// TestTrimCounts holds the counts for every budget and number of documents.
func TestTrimCounts(t *testing.T) {
	eachRequest(t, 200, func(t *testing.T, rng *rand.Rand, r request) {
		b := heuristics.Budget{Documents: 1 + rng.IntN(30)}
		b.FirstStage = rng.IntN(b.Documents+2) - 1
		items := trim(t, r.query, r.docs, r.o, b)
		first, score := len(kept(items, heuristics.KeptFirstStage)), len(kept(items, heuristics.KeptScore))
		if want := min(b.Documents, len(r.docs)); first+score != want {
			t.Errorf("kept %d + %d of %d, want %d", first, score, len(r.docs), want)
		}
		want := min(b.FirstStage, len(r.docs))
		switch {
		case r.o.FirstStage == heuristics.Hidden || b.FirstStage < 0:
			want = 0
		case b.FirstStage == 0:
			want = min(b.Documents/2, len(r.docs))
		}
		if scoresAreNoGround := first == min(b.Documents, len(r.docs)) && score == 0; first != want && !scoresAreNoGround {
			t.Errorf("kept %d of the first stage, want %d of a budget of %+v", first, want, b)
		}
	})
}

// TestAdaptiveTrimCounts holds floor and cap.
func TestAdaptiveTrimCounts(t *testing.T) {
	eachRequest(t, 200, func(t *testing.T, rng *rand.Rand, r request) {
		b := heuristics.Budget{Floor: 1 + rng.IntN(10), Threshold: heuristics.Score(1 + rng.IntN(int(heuristics.One)))}
		b.Cap = b.Floor + rng.IntN(10)
		items := trim(t, r.query, r.docs, r.o, b)
		n := len(kept(items, heuristics.KeptFirstStage)) + len(kept(items, heuristics.KeptScore))
		if n < min(b.Floor, len(r.docs)) || n > b.Cap {
			t.Errorf("kept %d of %d, want %d to %d", n, len(r.docs), b.Floor, b.Cap)
		}
		low := heuristics.One
		for _, it := range items {
			low = min(low, it.Score)
		}
		for _, it := range items {
			if it.Reason == heuristics.TrimmedScore && it.Score-low >= (items[0].Score-low)*b.Threshold>>16 {
				t.Errorf("document %d with %d of %d was trimmed for its score, threshold %v", it.Index, it.Score, items[0].Score, b.Threshold.Float())
			}
		}
	})
}

// TestTrimOrdersLikeRank: the same items, marked.
func TestTrimOrdersLikeRank(t *testing.T) {
	eachRequest(t, 60, func(t *testing.T, _ *rand.Rand, r request) {
		ranked := rank(t, r.query, r.docs, r.o).Items
		r.o.Stemmers = builtIn(r.o)
		for i, it := range trim(t, r.query, r.docs, r.o, heuristics.Budget{Documents: 3}) {
			if it.Index != ranked[i].Index || it.Score != ranked[i].Score {
				t.Errorf("place %d is document %d with %d, Rank has %d with %d", i+1, it.Index, it.Score, ranked[i].Index, ranked[i].Score)
			}
		}
	})
}

func TestTrimReportsErrorsOfRank(t *testing.T) {
	_, err := heuristics.Trim("bread", nil, heuristics.Options{Diversity: 2}, heuristics.Budget{})
	checkOption(t, "diversity", err, "Diversity", "between")
}

// fbi are twenty English passages of which the last ones share a name with a
// question in Hebrew.
func fbi() (query string, docs []heuristics.Document) {
	docs = make([]heuristics.Document, 20)
	for i := range docs {
		docs[i].Text = "The agency investigates crimes and answers to the ministry."
		if i >= 14 {
			docs[i].Text = "The FBI investigates crimes. The FBI answers to the ministry."
		}
	}
	return "מה עושה ה-FBI כשמתרחש פשע חמור?", docs
}

// TestTrimWhereScoresAreNoGround: the retriever's best, and nothing else.
func TestTrimWhereScoresAreNoGround(t *testing.T) {
	question, passages := fbi()
	reversed := slices.Clone(passages)
	for i := range reversed {
		reversed[i].Rank = len(reversed) - i
	}
	hidden := heuristics.Options{FirstStage: heuristics.Hidden}
	for _, c := range []struct {
		name, query string
		docs        []heuristics.Document
		o           heuristics.Options
		b           heuristics.Budget
		want        []int
	}{
		{"another script", question, passages, heuristics.Options{}, heuristics.Budget{Documents: 4}, []int{0, 1, 2, 3}},
		{"another script, in the query's language", question, passages, heuristics.Options{Language: "he"}, heuristics.Budget{Documents: 4}, []int{0, 1, 2, 3}},
		{"no word that occurs", "quantum", passages, heuristics.Options{}, heuristics.Budget{Documents: 2}, []int{0, 1}},
		{"no query", "", passages, heuristics.Options{}, heuristics.Budget{Documents: 2}, []int{0, 1}},
		{"the retriever's best by rank", question, reversed, heuristics.Options{}, heuristics.Budget{Documents: 2}, []int{18, 19}},
		{"a hidden order has no best", question, reversed, hidden, heuristics.Budget{Documents: 2}, []int{}},
		{"adaptive: as many as its cap", question, passages, heuristics.Options{}, heuristics.Budget{Floor: 1, Cap: 3}, []int{0, 1, 2}},
		{"though none of the retriever's was asked for", question, passages, heuristics.Options{}, heuristics.Budget{Documents: 2, FirstStage: -1}, []int{0, 1}},
		{"diverse", question, passages, heuristics.Options{Diversity: 1}, heuristics.Budget{Documents: 4}, []int{0, 1, 2, 3}},
		{"more than there are", question, passages[:2], heuristics.Options{}, heuristics.Budget{Documents: 9}, []int{0, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := trim(t, c.query, c.docs, c.o, c.b)
			if got := kept(items, heuristics.KeptFirstStage); !slices.Equal(got, c.want) {
				t.Errorf("kept %v, want %v", got, c.want)
			}
			for _, it := range items {
				if (it.Reason == heuristics.TrimmedBudget) == it.Kept {
					t.Errorf("document %d: kept %v with the reason %q", it.Index, it.Kept, it.Reason)
				}
			}
		})
	}
}

// TestKept: those most worth a score first.
func TestKept(t *testing.T) {
	question, passages := fbi()
	reversed := slices.Clone(passages)
	for i := range reversed {
		reversed[i].Rank = len(reversed) - i
	}
	hidden := heuristics.Options{FirstStage: heuristics.Hidden}
	for _, c := range []struct {
		name, query string
		docs        []heuristics.Document
		o           heuristics.Options
		want        []int
	}{
		{"by score", "bread", graded(8), heuristics.Options{}, []int{7, 6, 1, 0}},
		{"by score, diverse or not", "bread", graded(8), heuristics.Options{Diversity: 1}, []int{7, 6, 1, 0}},
		{"in the retriever's order", question, reversed, heuristics.Options{}, []int{19, 18, 17, 16}},
		{"a hidden order: by score", question, reversed, hidden, []int{19, 18, 17, 16}},
		{"nothing", "bread", nil, heuristics.Options{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r heuristics.Ranker
			if _, err := r.Trim(c.query, c.docs, c.o, heuristics.Budget{Documents: 4}); err != nil || !slices.Equal(r.Kept(), c.want) {
				t.Errorf("kept %v, error %v, want %v", r.Kept(), err, c.want)
			}
			if _, err := r.Rank(c.query, c.docs, c.o); err != nil || len(r.Kept()) != 0 {
				t.Errorf("kept %v after Rank, error %v", r.Kept(), err)
			}
		})
	}
}

// TestDiversityHasNoPartInTheTrim: it re-orders what was chosen without it.
func TestDiversityHasNoPartInTheTrim(t *testing.T) {
	eachRequest(t, 100, func(t *testing.T, rng *rand.Rand, r request) {
		b := heuristics.Budget{Documents: 1 + rng.IntN(10)}
		plain := reasons(trim(t, r.query, r.docs, r.o, b))
		r.o.Diversity = 1
		if diverse := reasons(trim(t, r.query, r.docs, r.o, b)); !maps.Equal(plain, diverse) {
			t.Errorf("diverse %v, plain %v", diverse, plain)
		}
	})
}

func reasons(items []heuristics.Item) map[int]heuristics.Reason {
	out := map[int]heuristics.Reason{}
	for _, it := range items {
		out[it.Index] = it.Reason
	}
	return out
}

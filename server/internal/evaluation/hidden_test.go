package evaluation

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

func passages(n int) []eval.Passage {
	p := make([]eval.Passage, n)
	for i := range p {
		p[i] = eval.Passage{ID: fmt.Sprint("d", i), Text: fmt.Sprint("text ", i)}
	}
	return p
}

func TestShuffledIsAPermutationOfIDs(t *testing.T) {
	const n = 100
	candidates := passages(n)
	order := shuffled("q", candidates)
	sorted := slices.Clone(order)
	slices.Sort(sorted)
	if !slices.Equal(sorted, inOrder(n)) {
		t.Fatalf("not a permutation: %v", order)
	}
	if slices.Equal(order, shuffled("r", candidates)) {
		t.Error("another query has the same order")
	}
	slices.Reverse(candidates)
	for i, position := range shuffled("q", candidates) {
		if want := n - 1 - order[i]; position != want {
			t.Fatalf("the order depends on where candidates stood: place %d has %s", i, candidates[position].ID)
		}
	}
}

// The shuffled place must not follow the given one: Spearman's correlation of
// n places has a standard deviation of 1/√(n−1), and so has its mean over many
// queries, divided by their root.
func TestShuffledSaysNothing(t *testing.T) {
	const n, queries = 100, 400
	candidates := passages(n)
	sum := 0.0
	neighbours := 0
	for q := range queries {
		order := shuffled(fmt.Sprint("q", q), candidates)
		squares := 0.0
		for i, position := range order {
			squares += float64((i - position) * (i - position))
			if i > 0 && (order[i-1]-position)*(order[i-1]-position) == 1 {
				neighbours++
			}
		}
		sum += 1 - 6*squares/(n*(n*n-1))
	}
	if mean := sum / queries; math.Abs(mean) > 4/math.Sqrt((n-1)*queries) {
		t.Errorf("mean correlation with the given order is %.4f", mean)
	}
	// Two neighbours stay neighbours with a chance of 2/n in each of n-1 gaps.
	if perQuery := float64(neighbours) / queries; math.Abs(perQuery-2) > 0.4 {
		t.Errorf("%.2f neighbours stay together, want about 2", perQuery)
	}
}

func TestTask(t *testing.T) {
	q := Query{ID: "q", Text: "words", Candidates: passages(20), Grades: eval.Grades{"d3": 1}}
	q.Candidates[4].Title = "T"
	given, seen := task(q, heuristics.Given)
	if !slices.Equal(seen, inOrder(20)) || !slices.Equal(given.Retrieved, seen) || given.FirstStage != heuristics.Given {
		t.Errorf("given: seen %v, retrieved %v", seen, given.Retrieved)
	}
	if diff := cmp.Diff(api.Document{Title: "T", Text: "text 4", Rank: 5}, given.Documents[4]); diff != "" {
		t.Error(diff)
	}
	hidden, seen := task(q, heuristics.Hidden)
	if slices.Equal(seen, inOrder(20)) || hidden.FirstStage != heuristics.Hidden || hidden.Query != "words" {
		t.Errorf("hidden: seen %v", seen)
	}
	for position, d := range hidden.Documents {
		if d.Rank != 0 || d.Text != q.Candidates[seen[position]].Text {
			t.Errorf("hidden: document %d is %+v", position, d)
		}
	}
	for rank, position := range hidden.Retrieved {
		if seen[position] != rank {
			t.Errorf("hidden: retrieved %d is candidate %d", rank, seen[position])
		}
	}
}

func TestSpread(t *testing.T) {
	for _, test := range []struct {
		name string
		n    int
		want []int
	}{
		{"all", 0, inOrder(10)},
		{"more than there are", 11, inOrder(10)},
		{"one", 1, []int{0}},
		{"three of ten", 3, []int{0, 3, 6}},
		{"five of ten", 5, []int{0, 2, 4, 6, 8}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Spread(inOrder(10), test.n)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

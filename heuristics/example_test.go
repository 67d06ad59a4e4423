package heuristics_test

import (
	"fmt"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/english"
)

// Candidates as a retriever gives them, the best first. Scores explain
// themselves: the contributions of an item's parts sum to its score.
func ExampleRank() {
	docs := []heuristics.Document{
		{Text: "Rivers freeze in winter."},
		{Title: "Bread", Text: "Bakers knead the dough before sunrise."},
	}
	r, err := heuristics.Rank("who bakes bread", docs, heuristics.Options{
		Stemmers: []heuristics.Stemmer{english.Stemmer()}, Explain: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	best := r.Items[0]
	sum := heuristics.Score(0)
	for _, p := range best.Explanation {
		sum += p.Contribution
	}
	fmt.Println("best:", docs[best.Index].Title, "in language", r.Language, "sums to its score:", sum == best.Score)
	// Output: best: Bread in language en sums to its score: true
}

// A budget of two keeps one document for the retriever and one for its score.
// What is kept is worth the score of a model.
func ExampleTrim() {
	docs := []heuristics.Document{{Text: "Rivers freeze."}, {Text: "Milk is delivered daily."}, {Text: "Bread is baked daily."}}
	r, err := heuristics.Trim("how is bread baked", docs, heuristics.Options{}, heuristics.Budget{Documents: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, it := range r.Items {
		fmt.Println(docs[it.Index].Text, it.Reason)
	}
	// Output:
	// Bread is baked daily. kept: score
	// Milk is delivered daily. trimmed: budget
	// Rivers freeze. kept: first stage
}

// A Ranker keeps its memory from call to call. An answer is good until the next.
func ExampleRanker() {
	var ranker heuristics.Ranker
	docs := []heuristics.Document{{Text: "Rivers freeze."}, {Text: "Bread is baked daily."}}
	for _, query := range []string{"bread", "frozen rivers"} {
		r, err := ranker.Rank(query, docs, heuristics.Options{FirstStage: heuristics.Hidden})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(query+":", docs[r.Items[0].Index].Text)
	}
	// Output:
	// bread: Bread is baked daily.
	// frozen rivers: Rivers freeze.
}

package heuristics_test

import (
	"errors"
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

// Spans say where the words of the query stand in a text, for highlights.
func ExampleRank_matches() {
	docs := []heuristics.Document{{Text: "Bakers bake bread, and bread alone."}}
	r, err := heuristics.Rank("baking bread", docs, heuristics.Options{Stemmers: []heuristics.Stemmer{english.Stemmer()}, Matches: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, span := range r.Items[0].Matches {
		fmt.Println(docs[0].Text[span.Start:span.End])
	}
	// Output:
	// bake
	// bread
	// bread
}

// Of two documents that say the same, diversity puts the second further down. The
// scores stay, so they no longer fall along the list.
func ExampleOptions_diversity() {
	docs := []heuristics.Document{
		{Text: "Bread is baked daily in our oven."}, {Text: "Bread is baked daily in our oven."}, {Text: "Flour for bread comes from the mill."},
	}
	for _, diversity := range []float64{0, 0.8} {
		r, err := heuristics.Rank("bread", docs, heuristics.Options{FirstStage: heuristics.Hidden, Diversity: diversity})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Print("diversity ", diversity, ":")
		for _, item := range r.Items {
			fmt.Print(" ", item.Index)
		}
		fmt.Println()
	}
	// Output:
	// diversity 0: 0 1 2
	// diversity 0.8: 0 2 1
}

// A query that is being typed counts the words that its last one begins as its own.
func ExampleOptions_typing() {
	docs := []heuristics.Document{{Text: "Rivers freeze."}, {Text: "Sourdough rests overnight."}}
	var scores []heuristics.Score
	for _, typing := range []bool{false, true} {
		r, err := heuristics.Rank("sourd", docs, heuristics.Options{FirstStage: heuristics.Hidden, Typing: typing})
		if err != nil {
			fmt.Println(err)
			return
		}
		scores = append(scores, r.Items[0].Score)
	}
	fmt.Println("typing scores it higher:", scores[1] > scores[0])
	// Output: typing scores it higher: true
}

// What is not served is an error that names the option.
func ExampleOptionError() {
	_, err := heuristics.Rank("q", nil, heuristics.Options{Language: "tlh"})
	var option *heuristics.OptionError
	fmt.Println(errors.As(err, &option) && option.Field == "Language")
	// Output: true
}

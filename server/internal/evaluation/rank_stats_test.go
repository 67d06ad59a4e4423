package evaluation

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/eval"
)

const sampleFolder = "../../../shared/eval/sample"

// TestRankStats makes every change of quality on the project's own collection
// a diff: the means, and for each question what the heuristics did to it.
func TestRankStats(t *testing.T) {
	c, err := Load(Source{Data: sampleFolder, Complete: true})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	var byQuestion []*Report
	for _, first := range []heuristics.FirstStage{heuristics.Given, heuristics.Hidden} {
		pipelines := mustParse(t, "first-stage", "heuristic", "retriever@10", "trim@10", "retriever@30", "trim@30", "trim")
		r, err := Evaluate(context.Background(), c, pipelines, Options{FirstStage: first})
		if err != nil {
			t.Fatal(err)
		}
		writeMeans(&b, r)
		byQuestion = append(byQuestion, r)
	}
	writeQuestions(&b, c, byQuestion[0], byQuestion[1])
	goldenFile(t, "rank_stats.txt", b.Bytes())
}

func writeMeans(w io.Writer, r *Report) {
	fmt.Fprintf(w, "# first stage %s\n%-13s%9s%9s%9s%9s%9s%14s\n", r.FirstStage, "", "ndcg@10", "mrr@10", "map", "p@5", "kept", "of relevant")
	for _, p := range r.Pipelines {
		fmt.Fprintf(w, "%-13s%9.4f%9.4f%9.4f%9.4f%9.1f%14.4f\n", p.Name,
			p.Metrics["ndcg@10"], p.Metrics["mrr@10"], p.Metrics["map"], p.Metrics["p@5"], p.Kept.Mean, p.Kept.Recall)
	}
	fmt.Fprintln(w)
}

func writeQuestions(w io.Writer, c *Collection, given, hidden *Report) {
	fmt.Fprintf(w, "# ndcg@10 by question\n%12s%10s%10s\n", "first stage", "given", "hidden")
	m := slices.IndexFunc(eval.Measures(), func(m eval.Measure) bool { return m.Name == "ndcg@10" })
	for i, q := range c.Queries {
		first, shown, blind := given.Pipelines[0].values[m][i], given.Pipelines[1].values[m][i], hidden.Pipelines[1].values[m][i]
		fmt.Fprintf(w, "%12.4f%10.4f%10.4f  %s %s\n", first, shown, blind, q.ID, q.Text)
	}
}

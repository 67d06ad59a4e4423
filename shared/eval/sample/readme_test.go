package sample_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/eval"
)

// README's table is made of these rows; none of its figures is typed by hand.
func TestReadmeFigures(t *testing.T) {
	c := readCollection(t)
	run, err := eval.ReadRun(runFile, bytes.NewReader(readFile(t, runFile)))
	if err != nil {
		t.Fatal(err)
	}
	readme := string(readFile(t, "README.md"))
	for _, part := range []struct {
		name string
		has  func(text string) bool
	}{
		{"English", func(text string) bool { return !isHebrew(text) }},
		{"Hebrew", isHebrew},
		{"all", func(string) bool { return true }},
	} {
		if row := tableRow(part.name, c.only(part.has), run); !strings.Contains(readme, row) {
			t.Errorf("README.md lacks the row\n%s", row)
		}
	}
}

func (c collection) only(has func(text string) bool) collection {
	part := collection{corpus: map[string]eval.Passage{}, qrels: c.qrels}
	for id, passage := range c.corpus {
		if has(passage.Text) {
			part.corpus[id] = passage
		}
	}
	for _, query := range c.queries {
		if has(query.Text) {
			part.queries = append(part.queries, query)
		}
	}
	return part
}

func tableRow(name string, c collection, run eval.Run) string {
	var judgements int
	var ndcg, best, recall []float64
	for _, query := range c.queries {
		var order []string
		for _, hit := range run[query.ID] {
			order = append(order, hit.ID)
		}
		ranked := eval.Judge(order, c.qrels[query.ID], 1)
		judgements += len(c.qrels[query.ID])
		ndcg = append(ndcg, ranked.NDCG(10))
		best = append(best, ranked.Best().NDCG(10))
		recall = append(recall, ranked.Recall(depth))
	}
	return fmt.Sprintf("| %s | %d | %d | %d | %.3f | %.3f | %.3f |", name, len(c.corpus), len(c.queries), judgements,
		eval.Mean(ndcg), eval.Mean(best), eval.Mean(recall))
}

package evaluation

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

// developmentSets loads the eight collections of SPLITRANK_DATA.
func developmentSets(t *testing.T) []*Collection {
	t.Helper()
	data := os.Getenv("SPLITRANK_DATA")
	if data == "" {
		t.Skip("SPLITRANK_DATA is not set: it names a folder of BEIR folders with runs")
	}
	sources, err := Sources([]string{data}, []string{"dl21=2"}, Source{})
	if err != nil {
		t.Fatal(err)
	}
	collections := make([]*Collection, len(sources))
	for i, s := range sources {
		if collections[i], err = Load(s); err != nil {
			t.Fatal(err)
		}
	}
	return collections
}

// The published figures of the first stages, to four digits: they were made by
// another program from the same runs.
func TestFirstStageFigures(t *testing.T) {
	known := map[string]struct{ ndcg, best string }{
		"dl21 bm25": {"0.4458", "0.835"}, "dl21 splade": {"0.6839", "0.943"}, "scifact bm25": {"0.6618", "0.887"},
		"heq-val bm25": {"0.7204", "0.923"}, "chunkeval bm25": {"0.7452", "0.981"}, "squad-dev bm25": {"0.7800", "0.964"},
		"cranfield bm25": {"0.3163", "0.779"}, "cisi bm25": {"0.3180", "0.854"},
	}
	for _, c := range developmentSets(t) {
		t.Run(c.Title(), func(t *testing.T) {
			want, ok := known[c.Title()]
			if !ok {
				t.Skip("no published figure")
			}
			r, err := Evaluate(context.Background(), c, mustParse(t, "first-stage"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			p := r.Pipelines[0]
			if got := fmt.Sprintf("%.4f", p.Metrics["ndcg@10"]); got != want.ndcg {
				t.Errorf("nDCG@10 = %s, want %s", got, want.ndcg)
			}
			if got := fmt.Sprintf("%.3f", p.Kept.Best); got != want.best {
				t.Errorf("best nDCG@10 = %s, want %s", got, want.best)
			}
		})
	}
}

// TestDevelopmentQuality prints the tables that README's figures come from:
// run it with -v.
func TestDevelopmentQuality(t *testing.T) {
	collections := developmentSets(t)
	for _, test := range []struct {
		first     heuristics.FirstStage
		pipelines []string
	}{
		{heuristics.Hidden, []string{"first-stage", "heuristic"}},
		{heuristics.Given, []string{"first-stage", "heuristic", "retriever@30", "trim@30"}},
	} {
		t.Run(FirstStageName(test.first), func(t *testing.T) {
			var reports []*Report
			for _, c := range collections {
				r, err := Evaluate(context.Background(), c, mustParse(t, test.pipelines...), Options{FirstStage: test.first})
				if err != nil {
					t.Fatal(err)
				}
				reports = append(reports, r)
			}
			logSummary(t, reports)
		})
	}
}

func logSummary(t *testing.T, reports []*Report) {
	t.Helper()
	s, err := Summarize(reports)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := WriteTable(&b, s); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
}

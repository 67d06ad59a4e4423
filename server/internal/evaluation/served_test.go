package evaluation

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// withModel parses a pipeline that asks the model lengths.
func withModel(t *testing.T, asked *atomic.Int64, names ...string) []Pipeline {
	t.Helper()
	pipelines, err := ParsePipelines(names, nil, &rerank.Served{Names: []string{"lengths"}, Model: lengths{asked}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pipelines
}

// TestServed: the model orders what it was asked about, which stands before the
// rest.
func TestServed(t *testing.T) {
	bread := []string{"bread", "bread bread", "water", "bread water", "longest of all"}
	tests := []struct {
		name, pipeline, query string
		texts                 []string
		retrieved             []int // nil = as shown
		want, kept            []int // nil kept = all
		scored                int
	}{
		{"all read", "cross-encoder", "bread", []string{"a", "ccc", "bb"}, nil, []int{1, 2, 0}, []int{1, 2, 0}, 3},
		{"ties stay", "cross-encoder", "bread", []string{"a", "b", "cc"}, nil, []int{2, 0, 1}, []int{2, 0, 1}, 3},
		{"some read", "cross-encoder", "bread", []string{"*water", "a", "*bread", "bb"}, nil, []int{3, 1, 2, 0}, []int{3, 1, 2, 0}, 2},
		{"none read", "cross-encoder", "bread", []string{"*water", "*bread"}, nil, []int{1, 0}, []int{1, 0}, 0},
		{"the retriever's first", "cross-encoder@2", "bread", bread, []int{4, 0, 3, 2, 1}, []int{4, 0, 3, 2, 1}, []int{4, 0}, 2},
		{"more than there are", "cross-encoder@9", "bread", bread, nil, []int{4, 1, 3, 0, 2}, []int{4, 1, 3, 0, 2}, 5},
		{"cascade", "cascade@3", "bread", bread, nil, []int{1, 3, 0, 2, 4}, []int{1, 3, 0}, 3},
		{"cascade, none read", "cascade@3", "bread", []string{"*water", "*bread"}, nil, []int{1, 0}, nil, 0},
		{"adaptive", "cascade@auto", "bread", bread, nil, []int{4, 1, 3, 0, 2}, []int{4, 1, 3, 0, 2}, 5},
		{"deadline", "cascade@1m", "bread", bread, nil, []int{4, 1, 3, 0, 2}, []int{4, 1, 3, 0, 2}, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked atomic.Int64
			p := withModel(t, &asked, tt.pipeline)[0]
			retrieved := tt.retrieved
			if retrieved == nil {
				retrieved = inOrder(len(tt.texts))
			}
			task := Task{Query: tt.query, Documents: documents(tt.texts...), FirstStage: heuristics.Hidden, Retrieved: retrieved}
			o, err := p.New().Order(t.Context(), task)
			if diff := cmp.Diff(Outcome{Order: tt.want, Kept: tt.kept, Scored: tt.scored}, o); err != nil || diff != "" || asked.Load() != int64(tt.scored) {
				t.Errorf("asked %d, error %v (-want +got)\n%s", asked.Load(), err, diff)
			}
			if p.Model != "lengths" || p.Scorer == "" {
				t.Errorf("model %q, scorer %q", p.Model, p.Scorer)
			}
		})
	}
}

// TestServedFails: what would be another pipeline's figure is an error.
func TestServedFails(t *testing.T) {
	for _, pipeline := range []string{"cross-encoder", "cross-encoder@1", "cascade@1", "cascade@auto", "cascade@1m"} {
		t.Run(pipeline, func(t *testing.T) {
			task := Task{Query: "broken", Documents: documents("a", "broken"), Retrieved: []int{0, 1}}
			_, err := withModel(t, new(atomic.Int64), pipeline)[0].New().Order(t.Context(), task)
			wantError(t, err, "lengths|out of order")
		})
	}
}

// TestIdeal: no cascade passes the best choice of as many documents, and with
// all documents there is none.
func TestIdeal(t *testing.T) {
	var asked atomic.Int64
	c := &Collection{Name: "c", Run: "r", MinGrade: 1, Depth: 100}
	for i := range 3 {
		c.Queries = append(c.Queries, Query{ID: string(rune('a' + i)), Text: "text 2 7 19", Candidates: passages(20 + i), Grades: eval.Grades{"d2": 1, "d7": 2, "d19": 1}})
	}
	names := []string{"cross-encoder", "cascade@4", "cascade@12", "cascade@99", "heuristic"}
	r, err := Evaluate(t.Context(), c, withModel(t, &asked, names...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, known := range []bool{false, true, true, true, false} {
		p := r.Pipelines[i]
		if (p.Ideal != nil) != known || known && *p.Ideal < p.Metrics["ndcg@10"]-1e-12 {
			t.Errorf("%s: nDCG@10 %v of at best %v", p.Name, p.Metrics["ndcg@10"], p.Ideal)
		}
	}
	if whole := *r.Pipelines[3].Ideal; whole != r.Pipelines[0].Metrics["ndcg@10"] {
		t.Errorf("of all documents %v, want the model's %v", whole, r.Pipelines[0].Metrics["ndcg@10"])
	}
	if fewer := *r.Pipelines[1].Ideal; fewer != r.Pipelines[1].Kept.Best && fewer != 1 {
		t.Errorf("of four documents %v, want the best order of all candidates", fewer)
	}
	if scored := []float64{r.Pipelines[1].Scored, r.Pipelines[2].Scored}; !slices.Equal(scored, []float64{4, 12}) {
		t.Errorf("scored %v", scored)
	}
}

// lateLengths is lengths as a late-interaction model.
type lateLengths struct{ lengths }

func (m lateLengths) Open(req *api.Request) rerank.Pairs {
	return lateLengthsOf{lengthsOf{m.lengths, req}}
}

type lateLengthsOf struct{ lengthsOf }

func (p lateLengthsOf) Score(ctx context.Context, documents []int, news func([]answer.Score)) (rerank.Timing, error) {
	return p.lengthsOf.Score(ctx, documents, func(list []answer.Score) {
		for i := range list {
			list[i].By = "late-interaction"
		}
		news(list)
	})
}

// TestStages: the first model looks at all, and what counts as scored, and as kept, is
// what the last one was asked about.
func TestStages(t *testing.T) {
	var first, last atomic.Int64
	pipelines, err := ParsePipelines([]string{"stages@2"}, nil,
		&rerank.Served{Names: []string{"lengths"}, Model: lengths{&last}}, &rerank.Served{Names: []string{"late"}, Model: lateLengths{lengths{&first}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	texts := documents("bread", "bread bread", "water", "bread water", "longest of all")
	o, err := pipelines[0].New().Order(t.Context(), Task{Query: "bread", Documents: texts, FirstStage: heuristics.Hidden, Retrieved: inOrder(5)})
	if err != nil || o.Scored != 2 || len(o.Kept) != 2 || first.Load() != 5 || last.Load() != 2 {
		t.Errorf("asked %d and %d, outcome %+v, error %v", first.Load(), last.Load(), o, err)
	}
}

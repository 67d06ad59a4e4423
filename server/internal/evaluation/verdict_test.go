package evaluation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/shared/eval"
)

// measured is a pipeline with a quality and so many model scores.
func measured(name string, ndcg, scored float64) PipelineReport {
	return PipelineReport{Name: name, Metrics: map[string]float64{"ndcg@10": ndcg}, Scored: scored}
}

// against the first pipeline, all with one p-value.
func against(pipelines []PipelineReport, p float64) (all []Comparison) {
	for _, after := range pipelines[1:] {
		all = append(all, Comparison{Before: pipelines[0].Name, After: after.Name, Queries: 50, P: p, Holm: p, Delta: eval.Difference{Mean: quality(after) - quality(pipelines[0])}})
	}
	return all
}

func TestVerdict(t *testing.T) {
	base, words := measured("first-stage", 0.4, 0), measured("heuristic", 0.45, 0)
	full, part := measured("cross-encoder", 0.5, 100), measured("cascade@30", 0.499, 29)
	for _, tt := range []struct {
		name      string
		pipelines []PipelineReport
		p         float64
		want      []string
	}{
		{"one", []PipelineReport{base}, 0, nil},
		{"the first is best", []PipelineReport{full, base}, 0.001, []string{"No pipeline ranks better than cross-encoder (nDCG@10 0.5000)."}},
		{"words", []PipelineReport{base, words}, 0.01, []string{"heuristic ranks best: nDCG@10 rises from 0.4000 to 0.4500 (+12 %) over first-stage, p = 0.01, without a model."}},
		{"chance", []PipelineReport{base, words}, 0.3, []string{"No difference that chance does not explain: heuristic has nDCG@10 0.4500 and first-stage 0.4000, p = 0.3 on 50 queries. More queries would tell."}},
		{"a cascade", []PipelineReport{base, words, full, part}, 0.0001, []string{
			"cross-encoder ranks best: nDCG@10 rises from 0.4000 to 0.5000 (+25 %) over first-stage, p < 0.001, for 100 model scores a query.",
			"cascade@30 keeps 99 % of cross-encoder's gain for 29 of 100 model scores a query."}},
		{"words are enough", []PipelineReport{base, measured("heuristic", 0.495, 0), full}, 0.01, []string{
			"cross-encoder ranks best: nDCG@10 rises from 0.4000 to 0.5000 (+25 %) over first-stage, p = 0.01, for 100 model scores a query.",
			"heuristic keeps 95 % of cross-encoder's gain for 0 of 100 model scores a query."}},
		{"a model that harms", []PipelineReport{base, words, measured("cross-encoder", 0.3, 100)}, 0.01, []string{
			"heuristic ranks best: nDCG@10 rises from 0.4000 to 0.4500 (+12 %) over first-stage, p = 0.01, without a model.",
			"The model gives nothing more on this collection."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, verdict(tt.pipelines, against(tt.pipelines, tt.p))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGrouped(t *testing.T) {
	pipelines := []PipelineReport{measured("a", 0.5, 0)}
	columns := []column{{"one", measureCell("ndcg@10")}, {"two", measureCell("ndcg@10")}, {strings.Repeat("long ", 9), measureCell("ndcg@10")}}
	for room, want := range map[int][]int{0: {3}, -5: {3}, 200: {3}, 20: {2, 1}, 9: {1, 1, 1}, 1: {1, 1, 1}} {
		var got []int
		for _, g := range grouped(columns, pipelines, room) {
			got = append(got, len(g))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("room %d: %s", room, diff)
		}
	}
}

// TestPlaceOfNDCG: what decides goes by its place among the measures.
func TestPlaceOfNDCG(t *testing.T) {
	if name := eval.Measures()[ndcg].Name; name != "ndcg@10" {
		t.Errorf("%s stands in its place", name)
	}
}

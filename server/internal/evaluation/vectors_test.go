package evaluation

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/answer/answertest"
)

// TestVectors: the pipeline trim keeps what every tier keeps.
func TestVectors(t *testing.T) {
	n := 0
	for _, v := range answertest.Vectors(t) {
		if v.Request.Language != "" {
			continue // a Task names none
		}
		l := lexical{answer.NewPlanner(all.Stemmers()), name{kind: trim, documents: v.Request.Budget.Documents}}
		o, err := l.Order(t.Context(), Task{Query: v.Request.Query, Documents: v.Request.Documents, FirstStage: v.Request.FirstStage})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Sorted(slices.Values(o.Order)); !slices.Equal(got, slices.Sorted(slices.Values(v.Kept))) {
			t.Errorf("%s: kept %v, want %v", v.Name, got, v.Kept)
		}
		n++
	}
	if n < 20 {
		t.Errorf("%d vectors", n)
	}
}

package tune

import (
	"slices"
	"strconv"
	"testing"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/answer/answertest"
	"github.com/splitrank/splitrank/shared/api"
)

// TestVectors: a rule keeps what every tier keeps by it.
func TestVectors(t *testing.T) {
	c := newCascade(Options{Stemmers: all.Stemmers()})
	for _, v := range answertest.Vectors(t) {
		n := len(v.Request.Documents)
		j := judged{req: v.Request, scores: make([]*answer.Score, n)}
		for d := range n {
			j.scores[d] = &answer.Score{Document: d}
		}
		for i := range n {
			j.ids = append(j.ids, strconv.Itoa(i))
		}
		rule := Rule{Documents: v.Request.Budget.Documents}.Budget()
		v.Request.Budget = api.Budget{}
		results, scored, err := c.order(j, plan{api.Cascade, rule})
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, r := range results {
			if r.Logit != nil {
				got = append(got, r.Index)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, slices.Sorted(slices.Values(v.Kept))) || scored != len(got) {
			t.Errorf("%s: kept %v, want %v", v.Name, got, v.Kept)
		}
	}
}

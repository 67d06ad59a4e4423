package lateinteraction

import (
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// TestAcross: a document in another script than the query's is lifted, newly read and
// known alike; one in the same script, or without letters on either side, is not.
func TestAcross(t *testing.T) {
	const lift = 1.5
	for _, tt := range []struct {
		name, query string
		lifted      []bool
	}{
		{"English", "plants and light", []bool{false, true, false}},
		{"Hebrew", "צמחים ואור", []bool{true, false, false}},
		{"no letters", "1984", []bool{false, false, false}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := load(t, Options{})
			req := &api.Request{Query: tt.query, Documents: []api.Document{{Text: "plants make food"}, {Text: "צמחים מכינים מזון"}, {Text: "1984"}}}
			plain := mustScore(t, m, req)
			m.formula.Across = lift
			known := mustScore(t, m, req)
			req.NoCache = true
			read := mustScore(t, m, req)
			wantSame(t, "read anew", read, known, false)
			for d, lifted := range tt.lifted {
				want := plain[d].Logit
				if lifted {
					want += lift
				}
				if known[d].Logit != want {
					t.Errorf("document %d: logit %v, want %v", d, known[d].Logit, want)
				}
			}
		})
	}
}

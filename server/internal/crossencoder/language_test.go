package crossencoder

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/shared/api"
)

// TestForeignDocuments: those that the model cannot read follow those it can, in
// the order of the heuristics, and nothing rises.
func TestForeignDocuments(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	m.Description = modelfiles.Named(m.Names(), []string{"en"})
	req := request("water 7", "אור", "light", "מים 7", "sugar", "מים")
	j, err := score(t, t.Context(), m, req)
	if err != nil || j.Degraded || j.Reason != api.ReasonLanguage || j.Model != "tiny" || j.Usage.Scored != 2 || j.Usage.Trimmed != 3 {
		t.Fatalf("judgement %+v, error %v", j, err)
	}
	var by []string
	for i, r := range j.Results {
		by = append(by, r.ScoredBy)
		if i > 0 && r.RelevanceScore > j.Results[i-1].RelevanceScore || (r.Logit == nil) != (r.ScoredBy == string(api.Heuristic)) {
			t.Errorf("result %d: %+v", i, r)
		}
	}
	if want := []string{"cross-encoder", "cross-encoder", "heuristic", "heuristic", "heuristic"}; !slices.Equal(by, want) || j.Results[2].Index != 2 {
		t.Errorf("scored by %v, results %+v", by, j.Results)
	}
}

// TestOnlyForeignDocuments: then the heuristics answer alone, or nobody.
func TestOnlyForeignDocuments(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	m.Description = modelfiles.Named(m.Names(), []string{"en"})
	req := request("water", "מים", "אור")
	j, err := score(t, t.Context(), m, req)
	if err != nil || !j.Degraded || j.Reason != api.ReasonLanguage || j.Model != api.ModelNone || j.Usage.Scored != 0 {
		t.Errorf("judgement %+v, error %v", j, err)
	}
	req.Strict = true
	_, err = score(t, t.Context(), m, req)
	wantFault(t, err, api.UnknownLanguage, "documents")
}

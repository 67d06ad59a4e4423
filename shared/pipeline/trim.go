package pipeline

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// Trimmed are all documents of a request in the order of their scores, whether
// it asks for diversity or not, and those that are worth an expensive score.
type Trimmed struct {
	Ranked
	// Kept are the indices of those documents, the best first.
	Kept []int
}

// Trim orders all documents and keeps those worth an expensive score, as
// heuristics.Ranker.Trim does. An *api.Error is for the caller.
func (h *Heuristic) Trim(req *api.Request) (Trimmed, error) {
	return h.TrimBy(req, heuristics.Budget{})
}

// TrimBy is Trim with another rule than the usual one for requests that name no
// number of documents themselves.
func (h *Heuristic) TrimBy(req *api.Request, rule heuristics.Budget) (Trimmed, error) {
	if req.Budget.Documents > 0 {
		rule = heuristics.Budget{Documents: req.Budget.Documents}
	}
	return h.rank(req, &rule)
}

// KeepAll orders all documents by their scores and keeps them. An *api.Error is
// for the caller.
func (h *Heuristic) KeepAll(req *api.Request) (Trimmed, error) {
	t, err := h.rank(req, nil)
	for i := range t.Results {
		t.Kept = append(t.Kept, t.Results[i].Index)
	}
	return t, err
}

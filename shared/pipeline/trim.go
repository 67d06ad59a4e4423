package pipeline

import (
	"cmp"
	"slices"

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

// Trim orders all documents and keeps those worth an expensive score: the
// retriever's own best, and the rest of the budget by score. Where the words
// say nothing, or are written in another script than the documents, it keeps
// the retriever's best only. Diversity has no part in it: what is diverse among
// documents that are not worth a score helps nobody. An *api.Error is for the
// caller.
func (h *Heuristic) Trim(req *api.Request) (Trimmed, error) {
	return h.TrimBy(req, heuristics.Budget{})
}

// TrimBy is Trim with another rule than the usual one for requests that name no
// number of documents themselves.
func (h *Heuristic) TrimBy(req *api.Request, rule heuristics.Budget) (Trimmed, error) {
	if req.Budget.Documents > 0 {
		rule = heuristics.Budget{Documents: req.Budget.Documents}
	}
	t, informed, err := h.rank(req, &rule)
	if err == nil && (!informed || foreign(req)) {
		t.keepFirst(req, cmp.Or(rule.Documents, rule.Cap, heuristics.DefaultCap))
	}
	return t, err
}

// KeepAll orders all documents by their scores and keeps them. An *api.Error is
// for the caller.
func (h *Heuristic) KeepAll(req *api.Request) (Trimmed, error) {
	t, _, err := h.rank(req, nil)
	for i := range t.Results {
		t.Kept = append(t.Kept, t.Results[i].Index)
	}
	return t, err
}

func keptOf(items []heuristics.Item) []int {
	var kept []int
	for _, item := range items {
		if item.Kept {
			kept = append(kept, item.Index)
		}
	}
	return kept
}

// keepFirst keeps the n best of the retriever.
func (t *Trimmed) keepFirst(req *api.Request, n int) {
	kept := FirstStage(req)
	t.Kept = kept[:min(n, len(kept))]
	t.explainFirst()
}

// explainFirst says why what is kept is kept, if anybody asked.
func (t *Trimmed) explainFirst() {
	for i := range t.Results {
		r := &t.Results[i]
		switch {
		case r.Explanation == nil:
		case slices.Contains(t.Kept, r.Index):
			r.Explanation.Reason = string(heuristics.KeptFirstStage)
		default:
			r.Explanation.Reason = string(heuristics.TrimmedBudget)
		}
	}
}

package rerank

import (
	"context"
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// trimmed is a Judgement of the heuristics and what they would have a model
// look at.
type trimmed struct {
	Judgement
	kept []int // documents, the best first
}

// trim orders all documents and keeps those worth an expensive score: the
// retriever's own best, and the rest of the budget by score. Where the words
// say nothing, or are written in another script than the documents, it keeps
// the retriever's best only.
func (h *Heuristic) trim(ctx context.Context, req *api.Request) (trimmed, error) {
	t, informed, err := h.rank(ctx, req, &heuristics.Budget{Documents: req.Budget.Documents})
	if err == nil && (!informed || foreign(req)) {
		t.keepFirst(req)
	}
	return t, err
}

// keepFirst keeps the retriever's best, as many as the budget says, or as the
// trim would keep at most.
func (t *trimmed) keepFirst(req *api.Request) {
	n := req.Budget.Documents
	if n == 0 {
		n = heuristics.DefaultCap
	}
	kept := make([]int, len(req.Documents))
	for i := range kept {
		kept[i] = i
	}
	slices.SortStableFunc(kept, func(a, b int) int { return retrieved(req, a) - retrieved(req, b) })
	t.kept = kept[:min(n, len(kept))]
	t.explainFirst()
}

// explainFirst says why what is kept is kept, if anybody asked.
func (t *trimmed) explainFirst() {
	for i := range t.Results {
		r := &t.Results[i]
		switch {
		case r.Explanation == nil:
		case slices.Contains(t.kept, r.Index):
			r.Explanation.Reason = string(heuristics.KeptFirstStage)
		default:
			r.Explanation.Reason = string(heuristics.TrimmedBudget)
		}
	}
}

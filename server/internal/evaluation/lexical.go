package evaluation

import (
	"context"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// lexical orders, or trims, by the plan that a server, an edge and a browser
// make.
type lexical struct {
	planner *answer.Planner
	name    name
}

// Order implements Orderer.
func (l lexical) Order(_ context.Context, t Task) (Outcome, error) {
	req, pipeline := l.name.request(t, inOrder(len(t.Documents))), api.Heuristic
	if l.name.kind == trim {
		pipeline = api.Cascade
	}
	plan, err := l.planner.Plan(req, pipeline, heuristics.Budget{})
	if err != nil {
		return Outcome{}, err
	}
	kept := make([]bool, len(t.Documents))
	for _, d := range plan.Kept {
		kept[d] = true
	}
	order := make([]int, 0, len(kept))
	for _, r := range plan.Join(nil, nil) {
		if l.name.kind != trim || kept[r.Index] {
			order = append(order, r.Index)
		}
	}
	return Outcome{Order: order}, nil
}

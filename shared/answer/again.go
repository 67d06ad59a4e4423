package answer

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// likedDocuments is how many of the best scored documents say what is worth a score, too.
// See RATIONALE: why-likeness-chooses-the-second-half.
const likedDocuments = 5

// Again chooses among documents the n that are most worth a model's score now that it has
// scored some: by their words, and by their likeness to the best of those. nil = the plan
// stands, because its words were no ground to choose on, or nothing is scored.
func (p *Planner) Again(plan Plan, scores []*Score, c Calibration, among []int, n int) ([]int, error) {
	liked := plan.liked(scores, c)
	if len(liked) == 0 {
		return nil, nil
	}
	s, o := p.scratch(), p.options(plan.req)
	o.Explain, o.Matches = false, false
	if _, err := s.rank(plan.req, o, api.Cascade, heuristics.Budget{}); err != nil {
		return nil, refusal(err)
	}
	var chosen []int
	if s.ranker.ChosenByWords() {
		chosen = s.ranker.Like(liked, among, n)
	}
	p.giveBack(s)
	return chosen, nil
}

// liked are the best scored documents.
func (p Plan) liked(scores []*Score, c Calibration) (liked []int) {
	front := p.front(scores, nil)
	newBlend(c, p.req, front).order(front)
	for _, r := range front[:min(likedDocuments, len(front))] {
		liked = append(liked, r.Index)
	}
	return liked
}

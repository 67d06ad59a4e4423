package answer

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// likedDocuments is how many of the best scored documents say what is worth a score, too;
// of few it is half of them. See RATIONALE: why-likeness-chooses-the-second-half.
const likedDocuments = 5

// Again chooses among documents the n that are most worth a model's score now that it has
// scored some: by the scores of the plan, and by their likeness to the best of those. nil =
// the plan stands, because its words were no ground to choose on, or nothing is scored.
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
	if plan.earlier != nil || s.ranker.ChosenByWords() {
		chosen = s.ranker.Like(liked, among, plan.worth(), n)
	}
	p.giveBack(s)
	return chosen, nil
}

// liked are the best scored documents.
func (p Plan) liked(scores []*Score, c Calibration) (liked []int) {
	front := p.front(scores, nil)
	newBlend(c, p.req, front, scores).order(front)
	for _, r := range front[:min(likedDocuments, (len(front)+1)/2)] {
		liked = append(liked, r.Index)
	}
	return liked
}

// worth of documents: the relevance scores of the plan, which are an earlier model's or
// those of the heuristics.
func (p Plan) worth() []heuristics.Score {
	worth := make([]heuristics.Score, len(p.req.Documents))
	for _, r := range p.Results {
		worth[r.Index] = heuristics.Score(r.RelevanceScore * float64(heuristics.One))
	}
	return worth
}

// Half of the documents that the plan keeps, those that it would keep if it kept half as
// many, and the others: half of it are the retriever's own best, where its order is not
// hidden and no earlier model made the plan, and the rest the best by score. Both are in
// the order of docs.
func (p Plan) Half(docs []int) (half, others []int) {
	n, own := len(docs)/2, 0
	if p.req.FirstStage != heuristics.Hidden && p.earlier == nil {
		own = n / 2
	}
	ranks, room := ranksOf(p.req), n
	for _, d := range docs {
		if ranks[d] < own {
			room--
		}
	}
	for _, d := range docs {
		switch {
		case ranks[d] < own:
			half = append(half, d)
		case room > 0:
			half = append(half, d)
			room--
		default:
			others = append(others, d)
		}
	}
	return half, others
}

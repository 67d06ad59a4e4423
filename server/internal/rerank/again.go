package rerank

import (
	"slices"

	"github.com/splitrank/splitrank/shared/answer"
)

// fewForAgain documents are scored without a second look at what to score.
const fewForAgain = 8

// halves of the documents that a plan keeps: those that are scored before the others are
// chosen again, and the others. There are none where there are few, nothing else to choose
// from, or nothing to read. They hang on no document that happens to be known, so that the
// same request a second time reads nothing more.
// See RATIONALE: why-likeness-chooses-the-second-half.
func (c cascade) halves(s *scored, docs []int) (early, later []int) {
	if len(docs) < fewForAgain {
		return docs, nil
	}
	if all := c.askable(docs); len(all) == len(docs) || len(s.unscored(all)) == 0 {
		return docs, nil
	}
	return c.Half(docs)
}

// again chooses as many documents as planned, now that the early ones are scored. Those
// that are chosen wait for a score, and those that no longer are do not.
func (c cascade) again(s *scored, early, planned []int) ([]int, error) {
	scores, taken := make([]*answer.Score, len(s.scores)), setOf(early, len(s.scores))
	for _, d := range early {
		scores[d] = s.scores[d]
	}
	among := slices.DeleteFunc(c.askable(planned), func(d int) bool { return taken[d] })
	chosen, err := c.planner.Again(c.Plan, scores, c.model.calibration(), among, len(planned))
	if err != nil || chosen == nil {
		return planned, err
	}
	for _, d := range planned {
		s.waiting[d] = false
	}
	for _, d := range chosen {
		s.waiting[d] = s.scores[d] == nil
	}
	return chosen, nil
}

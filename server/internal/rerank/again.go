package rerank

// fewForAgain unknown documents are scored without a second look at what to read.
const fewForAgain = 8

// halves of the documents that a model has to read, the best first: those that it reads
// before the others are chosen again, and the others. There are none where there are few, or
// nothing else to choose from.
// See RATIONALE: why-likeness-chooses-the-second-half.
func (c cascade) halves(s *scored, docs []int) (early, later []int) {
	if len(docs) < fewForAgain || len(c.others(s, docs)) == 0 {
		return docs, nil
	}
	return c.Half(docs)
}

// again chooses as many documents as planned, now that some are scored.
func (c cascade) again(s *scored, planned []int) ([]int, error) {
	among := append(c.others(s, planned), planned...)
	chosen, err := c.planner.Again(c.Plan, s.scores, c.model.calibration(), among, len(planned))
	if err != nil || chosen == nil {
		return planned, err
	}
	for _, d := range planned {
		s.waiting[d] = false
	}
	for _, d := range chosen {
		s.waiting[d] = true
	}
	return chosen, nil
}

// others are the documents that the model could read, has not, and that are not planned.
func (c cascade) others(s *scored, planned []int) (list []int) {
	taken := setOf(planned, len(c.req.Documents))
	for _, d := range c.leftUnread(s) {
		if !taken[d] {
			list = append(list, d)
		}
	}
	return list
}

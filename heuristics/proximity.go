package heuristics

// subjects are the hits that are no stop words. Those stand everywhere, would
// say nothing about nearness and are most of the hits. See RATIONALE: why-proximity-ignores-stop-words.
func (r *Ranker) subjects(hits []hit) []hit {
	r.content = r.content[:0]
	for _, h := range hits {
		if !r.query.terms[h.term].stop {
			r.content = append(r.content, h)
		}
	}
	return r.content
}

// windows of Proximity, in words: a phrase, a sentence, two or three.
var windows = [...]int32{8, 16, 32}

// nearness is the mean over the windows of the largest weight of distinct
// terms that stand inside one, by the weight of the query.
func (r *Ranker) nearness(hits []hit) Score {
	sum := Score(0)
	for _, width := range windows {
		sum += r.densest(hits, width)
	}
	return share(sum, r.query.weight*Score(len(windows)))
}

// densest slides a window over the hits.
func (r *Ranker) densest(hits []hit, width int32) Score {
	var inside, best Score
	left := 0
	for _, h := range hits {
		inside += r.enter(h.term)
		for h.at-hits[left].at >= width {
			inside -= r.leave(hits[left].term)
			left++
		}
		best = max(best, inside)
	}
	for _, h := range hits[left:] {
		r.leave(h.term)
	}
	return best
}

// enter counts a term into the window and answers the weight it adds.
func (r *Ranker) enter(term int32) Score {
	t := &r.tallies[term]
	t.all++
	if t.all > 1 {
		return 0
	}
	return r.query.terms[term].weight
}

// leave counts a term out of the window and answers the weight it takes.
func (r *Ranker) leave(term int32) Score {
	t := &r.tallies[term]
	t.all--
	if t.all > 0 {
		return 0
	}
	return r.query.terms[term].weight
}

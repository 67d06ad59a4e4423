package heuristics

// tally counts one query term in one document.
type tally struct {
	all, exact Score
	first      int32
}

// countTerms sets the document frequency of every term.
func (r *Ranker) countTerms() {
	r.tallies = zeroed(r.tallies, len(r.query.terms))
	for i := range r.docs {
		for _, t := range r.tally(&r.docs[i]) {
			r.query.terms[t].df++
			r.tallies[t] = tally{}
		}
	}
}

// tally counts the terms of one document into r.tallies and answers those it
// holds. The caller clears their tallies.
func (r *Ranker) tally(d *document) []int32 {
	r.touched = r.touched[:0]
	for _, h := range r.hits[d.hits.from:d.hits.to] {
		t := &r.tallies[h.term]
		if t.all == 0 {
			t.first = h.from
			r.touched = append(r.touched, h.term)
		}
		t.all++
		if h.exact {
			t.exact++
		}
	}
	return r.touched
}

// scoreWords computes the signals that look at one document at a time.
func (r *Ranker) scoreWords() {
	r.lexical.reset(len(r.query.terms))
	for i := range r.docs {
		d := &r.docs[i]
		if d.hits.from == d.hits.to {
			continue
		}
		r.scoreTerms(d)
		hits := r.hits[d.hits.from:d.hits.to]
		d.raw[Proximity] = r.nearness(r.subjects(hits))
		d.raw[Phrase] = r.longestRun(hits)
	}
	r.grams.score(r.docs, r.vectors.rarity)
}

// scoreTerms computes Overlap, Exact and Position.
func (r *Ranker) scoreTerms(d *document) {
	var sum, exactSum, early Score
	for _, i := range r.tally(d) {
		w, t := r.query.terms[i].weight, &r.tallies[i]
		held := saturated(t.all, d.saturate)
		sum += mul(w, held)
		r.lexical.add(i, d.rank, held)
		if t.exact != 0 {
			exactSum += mul(w, saturated(t.exact, d.saturate))
		}
		early += w * 8 / (8 + Score(t.first))
		*t = tally{}
	}
	d.raw[Overlap] = share(sum, r.query.weight)
	d.raw[Exact] = share(exactSum, r.query.weight)
	d.raw[Position] = share(early, r.query.weight)
}

package heuristics

// combine turns signals into scores: first what the words say, then how far
// the first stage's order is trusted, then what the best documents so far
// have in common with the rest.
func (r *Ranker) combine(o Options) {
	w := o.weights()
	r.setWeights(w, 0)
	r.sum()
	if o.FirstStage == Given {
		r.trust = r.measureTrust()
		r.setWeights(w, r.trust)
		r.sum()
	}
	r.scoreFeedback()
	r.sum()
}

// setWeights divides the weights of the signals with evidence for this query
// by their sum.
func (r *Ranker) setWeights(w Weights, trust Score) {
	total := Score(0)
	for s, parts := range w {
		r.weights[s] = Score(parts) * One
		switch Signal(s) {
		case FirstStageOrder:
			r.weights[s] = Score(parts) * trust
		case Grams:
			if r.grams.n == 0 {
				r.weights[s] = 0
			}
		}
		total += r.weights[s]
	}
	for s := range r.weights {
		r.weights[s] = share(r.weights[s], total)
	}
}

// sum sets every score to the sum of its contributions.
func (r *Ranker) sum() {
	for i := range r.docs {
		d := &r.docs[i]
		d.score = 0
		for s, raw := range d.raw {
			d.score += mul(raw, r.weights[s])
		}
	}
}

// explain writes the ledger of every item.
func (r *Ranker) explain() {
	for i := range r.items {
		from := len(r.parts)
		for s, raw := range r.docs[r.items[i].Index].raw {
			if c := mul(raw, r.weights[s]); c != 0 {
				r.parts = append(r.parts, Part{declared[s].name, raw, r.weights[s], c})
			}
		}
		r.items[i].Explanation = r.parts[from:len(r.parts):len(r.parts)]
	}
}

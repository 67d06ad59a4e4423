package heuristics

// maxRepeats bounds at how many places of one word in the query a phrase may
// go on, the last ones first. A query that repeats a word more often gains
// nothing by it, and the cost stays linear.
const maxRepeats = 8

// run is a stretch of query words that a document repeats: it ends with the
// document's word at and is n words long.
type run struct{ at, n int32 }

// longestRun is the weight of the heaviest stretch of at least two query
// words that stands in the document in the same order without a gap, by the
// weight of the query. r.runs[i] is the newest run that ends with query word i.
func (r *Ranker) longestRun(hits []hit) Score {
	r.runs = zeroed(r.runs, len(r.query.sequence))
	best := Score(0)
	for _, h := range hits {
		best = max(best, r.extend(h))
	}
	return share(best, r.query.weight)
}

// extend notes the runs that the hit begins or goes on, and answers the weight
// of the heaviest of two words or more. It goes backwards through the query,
// so that a run is read before its place is taken.
func (r *Ranker) extend(h hit) Score {
	best, repeats := Score(0), 0
	q := &r.query
	for i := q.terms[h.term].newest; i != none && repeats < maxRepeats; i = q.earlier[i] {
		n := int32(1)
		if i > 0 && r.runs[i-1].n > 0 && r.runs[i-1].at == h.from-1 {
			n += r.runs[i-1].n
			best = max(best, q.before[i+1]-q.before[i+1-n])
		}
		r.runs[i] = run{h.at, n}
		repeats++
	}
	return best
}

package heuristics

// maxRepeats bounds at how many places of one word in the query a phrase may
// go on, the last ones first. A query that repeats a word more often gains
// nothing by it, and the cost stays linear.
const maxRepeats = 8

// runPlaces is how many of a document's last words are remembered as ends of
// runs, a power of two above maxParts: a word in parts goes on from what stands
// before its first part.
const runPlaces = 8

// run is a stretch of query words that a document repeats: it ends with the
// document's word at and is n words long.
type run struct{ at, n int32 }

// longestRun is the weight of the heaviest stretch of at least two query
// words that stands in the document in the same order without a gap, by the
// weight of the query, each term used once. r.runs holds, for each query word,
// the longest runs that end with it at each of the last places.
func (r *Ranker) longestRun(hits []hit) Score {
	r.runs = zeroed(r.runs, runPlaces*len(r.query.sequence))
	best := Score(0)
	for _, h := range hits {
		best = max(best, r.extend(h))
	}
	return share(best, r.query.once)
}

// runAt is the place of the run that ends with a query word at a document's
// word.
func (r *Ranker) runAt(word, at int32) *run { return &r.runs[word*runPlaces+at&(runPlaces-1)] }

// extend notes the runs that the hit begins or goes on, and answers the weight
// of the heaviest of two words or more. It goes backwards through the query,
// so that a run is read before its place is taken.
func (r *Ranker) extend(h hit) Score {
	best, repeats := Score(0), 0
	q := &r.query
	for i := q.terms[h.term].newest; i != none && repeats < maxRepeats; i = q.earlier[i] {
		n := int32(1)
		if i > 0 && h.from > 0 {
			if before := r.runAt(i-1, h.from-1); before.n > 0 && before.at == h.from-1 {
				n += before.n
				best = max(best, q.before[i+1]-q.before[i+1-n])
			}
		}
		if o := r.runAt(i, h.at); o.at != h.at || o.n < n {
			*o = run{h.at, n}
		}
		repeats++
	}
	return best
}

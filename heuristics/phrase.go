package heuristics

// maxRepeats bounds how many places of one word in the query a phrase may
// begin or go on at; a query that repeats a word more often gains nothing by
// it, and cost stays linear.
const maxRepeats = 8

// longestRun is the weight of the longest run of at least two query words that
// stand in the document in the same order without a gap, by the weight of the
// query. r.runs[i] is the length of the run that ends with query word i at the
// document's previous word.
func (r *Ranker) longestRun(hits []hit) Score {
	r.runs = append(r.runs[:0], make([]int32, 2*len(r.query.sequence)+2)...)
	half := len(r.runs) / 2
	last, this := r.runs[:half], r.runs[half:]
	best := Score(0)
	at := int32(-2)
	for _, h := range hits {
		if h.at != at+1 {
			clear(last)
		}
		at = h.at
		best = max(best, r.extend(last, this, h.term))
		last, this = this, last
		clear(this)
	}
	return share(best, r.query.weight)
}

// extend notes in this the runs that the term prolongs and answers the weight
// of the heaviest of two words or more.
func (r *Ranker) extend(last, this []int32, term int32) Score {
	best, repeats := Score(0), 0
	for i, t := range r.query.sequence {
		if t != term {
			continue
		}
		this[i+1] = last[i] + 1
		if n := int(this[i+1]); n > 1 {
			best = max(best, r.query.before[i+1]-r.query.before[i+1-n])
		}
		if repeats++; repeats == maxRepeats {
			break
		}
	}
	return best
}

package heuristics

// Informed reports whether the words told the documents of the last call
// apart at all: some document holds a query word that is no stop word, or
// parts of one. Where none does, the order is little more than the first
// stage's, and a trim by it is a guess.
func (r *Ranker) Informed() bool {
	for i := range r.query.terms {
		if t := &r.query.terms[i]; !t.stop && t.df > 0 {
			return true
		}
	}
	for i := range r.docs {
		if r.docs[i].raw[spelled] > 0 {
			return true
		}
	}
	return false
}

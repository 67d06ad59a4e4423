package heuristics

import "github.com/splitrank/splitrank/heuristics/text"

// informed reports whether the words told the documents of the last call
// apart at all: some document holds a query word that is no stop word, or
// parts of one. Where none does, the order is little more than the first
// stage's, and a trim by it is a guess. See RATIONALE: why-no-evidence-keeps-the-first-stage.
func (r *Ranker) informed() bool {
	for i := range r.query.terms {
		if t := &r.query.terms[i]; !t.stop && t.df > 0 {
			return true
		}
	}
	for i := range r.docs {
		if r.docs[i].raw[Grams] > 0 {
			return true
		}
	}
	return false
}

// otherScript reports whether more documents are written in another script than
// the query than in the same: then they share at best names and numbers with
// it. Texts without letters do not count.
func otherScript(query string, docs []Document) bool {
	asked := text.MainScript(query)
	same, other := 0, 0
	for i := 0; i < len(docs) && 2*max(same, other) <= len(docs) && asked != text.Other; i++ {
		switch text.MainScript(docs[i].Text) {
		case text.Other:
		case asked:
			same++
		default:
			other++
		}
	}
	return other > same
}

package heuristics

// match notes where the query's words stand in every item's text. Spans that
// touch or overlap, as n-grams do, become one.
func (r *Ranker) match() {
	for i := range r.items {
		from := len(r.spans)
		d := &r.docs[r.items[i].Index]
		for _, h := range r.hits[d.hits.from:d.hits.to] {
			r.addSpan(from, h)
		}
		r.items[i].Matches = r.spans[from:len(r.spans):len(r.spans)]
	}
}

func (r *Ranker) addSpan(from int, h hit) {
	if h.start < 0 || r.query.terms[h.term].stop {
		return
	}
	n := len(r.spans)
	if n > from && r.spans[n-1].End >= int(h.start) {
		r.spans[n-1].Start = min(r.spans[n-1].Start, int(h.start))
		r.spans[n-1].End = max(r.spans[n-1].End, int(h.end))
		return
	}
	r.spans = append(r.spans, Span{int(h.start), int(h.end)})
}

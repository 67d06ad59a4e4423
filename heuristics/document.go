package heuristics

// hit is a query term found in a document.
type hit struct {
	at         int32 // words before it
	term       int32
	start, end int32 // bytes in the text; start -1 in the title
	exact      bool
}

// document is what one call knows of a candidate.
type document struct {
	words    Score // number of tokens
	rank     int32 // first-stage rank, 1 to n
	hits     span32
	entries  span32
	grams    span32
	norm     Score // length of its vector
	saturate Score // K of BM25
	raw      [signals]Score
	score    Score
}

// span32 is a range of one of the Ranker's lists.
type span32 struct{ from, to int32 }

// scan cuts every document into words, notes the query's terms, and counts
// what the vectors and the n-grams need.
func (r *Ranker) scan(docs []Document) {
	r.docs, r.hits = r.docs[:0], r.hits[:0]
	for i := range docs {
		r.scanOne(&docs[i])
	}
	r.average()
}

func (r *Ranker) scanOne(doc *Document) {
	var d document
	d.hits.from = int32(len(r.hits))
	d.entries.from = r.vectors.begin()
	r.grams.begin()
	n := 0
	if doc.Title != "" {
		n = r.scanText(doc.Title, 0)
		for i := int(d.hits.from); i < len(r.hits); i++ {
			r.hits[i].start = -1
		}
	}
	d.words = Score(r.scanText(doc.Text, n))
	d.hits.to = int32(len(r.hits))
	d.entries.to = r.vectors.end()
	d.grams = r.grams.end()
	r.docs = append(r.docs, d)
}

// scanText scans one text, whose words are numbered from n on, and answers
// the number after its last.
func (r *Ranker) scanText(s string, n int) int {
	sc := &r.scanner
	sc.Reset(s)
	for sc.Next() {
		r.vectors.add(sc.Light)
		if r.matcher.may(sc.Prefix) {
			if t, exact := r.matcher.find(&r.query, &sc.Token, sc.Plain(), s); t != none {
				r.hits = append(r.hits, hit{int32(n), t, int32(sc.Start), int32(sc.End), exact})
			}
		}
		if r.grams.n != 0 {
			r.grams.add(sc)
		}
		n++
	}
	return n
}

// Constants of BM25 (Robertson and Walker), at their customary values.
const (
	bm25K1 = One * 12 / 10
	bm25B  = One * 3 / 4
)

// average gives every document its K = k1·(1 − b + b·length/average length).
func (r *Ranker) average() {
	total := Score(0)
	for i := range r.docs {
		total += r.docs[i].words
	}
	for i := range r.docs {
		d := &r.docs[i]
		relative := quotient(uint64(d.words)*uint64(len(r.docs)), uint64(total))
		d.saturate = mul(bm25K1, One-bm25B+mul(bm25B, relative))
	}
}

// saturated is tf/(tf+K): the gain of each further occurrence shrinks.
func saturated(tf, k Score) Score {
	tf = min(tf, 1<<20) << 16
	return share(tf, tf+k)
}

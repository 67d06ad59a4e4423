package heuristics

import "github.com/splitrank/splitrank/heuristics/text"

// hit is a query term found in a document.
type hit struct {
	at         int32 // words before its last word
	from       int32 // words before its first
	term       int32
	start, end int32 // bytes in the text; start -1 in the title
	exact      bool
	other      bool // dropped where a candidate is closer to the query (see settleSpellings)
	typed      bool // a word that begins with the one that is being typed
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
	r.docs, r.hits, r.others = r.docs[:0], r.hits[:0], 0
	for i := range docs {
		r.scanOne(&docs[i])
	}
	if r.others > 0 {
		r.settleSpellings()
	}
	r.settleTyped()
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
	open := &r.matcher.joints.count
	*open = 0
	signs, end := r.query.variants.signs, 0
	for sc.Next() {
		r.vectors.add(sc.Light)
		if signs {
			end = r.scanSigns(s, end, n)
		}
		words := 1
		if may := r.matcher.may(sc.Prefix); may || *open > 0 {
			words = int(r.meetToken(s, int32(n), may))
		}
		if r.grams.n != 0 {
			r.grams.add(sc)
		}
		n += words
	}
	if signs {
		r.meetSigns(s, end, len(s), n)
	}
	return n
}

// scanSigns looks for operators between the last token and the scanner's, and
// answers where that ends.
func (r *Ranker) scanSigns(s string, end, n int) int {
	if r.scanner.Start > end {
		r.meetSigns(s, end, r.scanner.Start, n)
	}
	return max(end, r.scanner.End)
}

// meetSigns notes the operators of the query between two words.
func (r *Ranker) meetSigns(s string, from, to, n int) {
	operatorsIn(s[from:to], from == 0, func(operator string, start, end int) {
		if id := r.query.byExact.find(text.HashOf(operator)); id != none {
			r.addHit(hit{at: int32(n), from: int32(n), term: id, start: int32(from + start), end: int32(from + end), exact: true})
		}
	})
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

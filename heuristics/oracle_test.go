package heuristics

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// The oracle computes the signals from their documentation: maps and lists
// made anew for every question, no bitmap, no memo, no early exit. It shares
// with the Ranker the scanner, the constants and the arithmetic of Score.

// oracleDocument is a candidate as the oracle has read it.
type oracleDocument struct {
	hits   []hit
	words  int      // tokens, an alias counted as those that it stands for
	lights []uint64 // light words
}

type oracle struct {
	text  string
	q     query
	typed [2]Score // words that the unfinished one may become: of subject, stop words
	docs  []oracleDocument
}

func newOracle(s string, docs []Document, o Options) *oracle {
	or := &oracle{text: s}
	or.q.parse(s, o)
	for _, d := range docs {
		var doc oracleDocument
		or.read(&doc, d.Title)
		or.read(&doc, d.Text)
		or.docs = append(or.docs, doc)
	}
	or.settle()
	or.countTerms()
	or.q.weigh(len(docs))
	return or
}

// countTerms counts the documents that hold each term.
func (or *oracle) countTerms() {
	for _, doc := range or.docs {
		held := map[int32]bool{}
		for _, h := range doc.hits {
			held[h.term] = true
		}
		for i := range held {
			or.q.terms[i].df++
		}
	}
}

func (or *oracle) saturate(doc oracleDocument) Score {
	total := Score(0)
	for _, d := range or.docs {
		total += Score(d.words)
	}
	return mul(bm25K1, One-bm25B+mul(bm25B, share(Score(doc.words*len(or.docs)), total)))
}

// terms computes Overlap, Exact and Position.
func (or *oracle) terms(doc oracleDocument) (all, exactly, early Score) {
	for i, term := range or.q.terms {
		tf, written, first := Score(0), Score(0), -1
		for _, h := range doc.hits {
			if int(h.term) != i {
				continue
			}
			if tf++; first < 0 {
				first = int(h.from)
			}
			if h.exact {
				written++
			}
		}
		if tf == 0 {
			continue
		}
		k := or.saturate(doc)
		all += mul(term.weight, share(tf<<16, tf<<16+k))
		exactly += mul(term.weight, share(written<<16, written<<16+k))
		early += term.weight * 8 / (8 + Score(first))
	}
	return share(all, or.q.weight), share(exactly, or.q.weight), share(early, or.q.weight)
}

// proximity tries every window at every word.
func (or *oracle) proximity(doc oracleDocument) Score {
	sum := Score(0)
	for _, width := range windows {
		best := Score(0)
		for from := range int32(doc.words + 1) { // an operator may stand behind the last word
			inside := map[int32]bool{}
			for _, h := range doc.hits {
				if h.at >= from && h.at < from+width && !or.q.terms[h.term].stop {
					inside[h.term] = true
				}
			}
			weight := Score(0)
			for i := range inside {
				weight += or.q.terms[i].weight
			}
			best = max(best, weight)
		}
		sum += best
	}
	return share(sum, or.q.weight*Score(len(windows)))
}

// stretch is where a row of query words begins, in the query and behind a word
// of a document.
type stretch struct {
	from int
	at   int32
}

// phrase tries every stretch of the query from every hit on.
func (or *oracle) phrase(doc oracleDocument) Score {
	best, known := Score(0), map[stretch]int{}
	for from := range or.q.sequence {
		for _, h := range doc.hits {
			if h.term == or.q.sequence[from] && or.mayGoOn(from) {
				if n := or.longest(doc, stretch{from, h.at}, known); n > 1 {
					best = max(best, or.q.before[from+n]-or.q.before[from])
				}
			}
		}
	}
	return share(best, or.q.once)
}

// longest is how many words of the query, from one on, a document has in a row
// where it has the first.
func (or *oracle) longest(doc oracleDocument, s stretch, known map[stretch]int) int {
	if n := known[s]; n > 0 {
		return n
	}
	most, next := 1, s.from+1
	if next < len(or.q.sequence) && or.mayGoOn(next) {
		for _, h := range doc.hits {
			if h.term == or.q.sequence[next] && h.from == s.at+1 {
				most = max(most, 1+or.longest(doc, stretch{next, h.at}, known))
			}
		}
	}
	known[s] = most
	return most
}

// mayGoOn reports whether a phrase may hold this query word: one of the last
// maxRepeats of its term.
func (or *oracle) mayGoOn(at int) bool {
	later := 0
	for _, t := range or.q.sequence[at+1:] {
		if t == or.q.sequence[at] {
			later++
		}
	}
	return later < maxRepeats
}

// vector is a document's light words in buckets, weighted.
func (or *oracle) vector(doc oracleDocument, buckets uint64) (map[uint64]Score, Score) {
	counts := map[uint64]Score{}
	for _, light := range doc.lights {
		counts[light%buckets]++
	}
	squares := uint64(0)
	for b, tf := range counts {
		df := Score(0)
		for _, other := range or.docs {
			if slices.ContainsFunc(other.lights, func(light uint64) bool { return light%buckets == b }) {
				df++
			}
		}
		counts[b] = mul(saturated(tf, or.saturate(doc)), rarity(df, Score(len(or.docs))))
		squares += uint64(counts[b] * counts[b])
	}
	return counts, Score(isqrt(squares))
}

// feedback is the similarity of every document to the three best of scores.
func (or *oracle) feedback(scores []Score, buckets uint64) []Score {
	best := make([]int, len(scores))
	for i := range best {
		best[i] = i
	}
	slices.SortStableFunc(best, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	best = best[:min(feedbackDocs, len(best))]
	centroid, total := map[uint64]Score{}, Score(0)
	for _, i := range best {
		w := power5(share(scores[i], scores[best[0]]))
		total += w
		v, norm := or.vector(or.docs[i], buckets)
		for b, x := range v {
			if norm != 0 {
				centroid[b] += mul(x*One/norm, w)
			}
		}
	}
	out := make([]Score, len(scores))
	for i, doc := range or.docs {
		v, norm := or.vector(doc, buckets)
		sum := Score(0)
		for b, x := range v {
			sum += x * centroid[b]
		}
		if norm != 0 {
			out[i] = clamp(share(sum/norm, total))
		}
	}
	return out
}

// checkAgainstOracle ranks with a Ranker and compares every raw value.
func checkAgainstOracle(t *testing.T, query string, docs []Document, o Options) {
	t.Helper()
	o.FirstStage = Hidden
	var r Ranker
	if _, err := r.Rank(query, docs, o); err != nil {
		t.Fatal(err)
	}
	or := newOracle(query, docs, o)
	scores := make([]Score, len(docs))
	for i, doc := range or.docs {
		var want [signals]Score
		want[Overlap], want[Exact], want[Position] = or.terms(doc)
		want[Proximity], want[Phrase] = or.proximity(doc), or.phrase(doc)
		for s := Overlap; s <= Position; s++ {
			if got := r.docs[i].raw[s]; got != want[s] {
				t.Errorf("query %q, document %d: %s is %d, the oracle says %d", query, i, s, got, want[s])
			}
		}
		for s, raw := range r.docs[i].raw {
			if Signal(s) != Feedback {
				scores[i] += mul(raw, r.weights[s])
			}
		}
	}
	for i, want := range or.feedback(scores, r.vectors.mask+1) {
		if got := r.docs[i].raw[Feedback]; got != want {
			t.Errorf("query %q, document %d: feedback is %d, the oracle says %d", query, i, got, want)
		}
	}
}

// crudeStemmer cuts four letters at most, so that many words collide.
var crudeStemmer = Stemmer{Language: "en", Stem: func(w string) string {
	n := len(w)
	for n > 2 && n > len(w)-4 && strings.ContainsRune("gnisedrly", rune(w[n-1])) {
		n--
	}
	return w[:n]
}}

func FuzzRank(f *testing.F) {
	f.Add("baking bread at home", "bread is baked\nthe baker's home, at home\n\nnothing")
	f.Add("to be or not to be to be", "to be to be or not\nbe not to\nor")
	f.Add("לחם בבית", "הלחם בבית\nבית הלחם\nbread לחם")
	f.Add("naïve cafés", "the naive cafe\ncafe\u0301s naïve\nNAÏVE")
	f.Add("面包 北京", "北京面包师\n面\n京面")
	f.Add("RTX-4090 e-mail 1,000", "rtx4090 email 1000\nRTX 4090 e mail 1 000\nemails RTX4080 1.000.000")
	f.Add("Go 1.22.3 at 10:30", "Go 22.1\ngo1.22.3 10:30\n1.1.22.3 30:10")
	f.Add("C++ or C# == A*", "C and C++ ==\nC# a* ===\nc == d")
	f.Add("IT for the U.S. is it", "it is IT\nthe US and us\nU.S. IT")
	f.Add("רו״ח ב-2024 צהל", "רוח\nלרו״ח צה״ל ב2024\nצהל הרוח")
	f.Add("getUserName health care", "get user name healthcare\ngetusername\nHealth-Care HTTPServer")
	f.Add("press the but", "Press the button\nBut the butter\nbut")
	f.Fuzz(func(t *testing.T, query, texts string) {
		if len(query) > 200 || len(texts) > 2000 || !utf8.ValidString(query) {
			return
		}
		var docs []Document
		for i, s := range strings.Split(texts, "\n") {
			d := Document{Text: s}
			if i%3 == 1 {
				d.Title, d.Text, _ = strings.Cut(s, " ")
			}
			docs = append(docs, d)
		}
		if len(docs) <= 12 {
			checkAgainstOracle(t, query, docs, Options{Stemmers: []Stemmer{crudeStemmer}})
			checkAgainstOracle(t, query, docs, Options{Stemmers: []Stemmer{crudeStemmer}, Typing: true})
		}
	})
}

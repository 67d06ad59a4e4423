package heuristics

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/splitrank/splitrank/heuristics/text"
)

// The oracle computes the signals from their documentation: maps and lists
// made anew for every question, no bitmap, no memo, no early exit. It shares
// with the Ranker the scanner, the constants and the arithmetic of Score.

// oracleToken is a token with the query term it is, none if it is none.
type oracleToken struct {
	text.Token
	word  string
	term  int
	exact bool
}

type oracle struct {
	text string
	q    query
	docs [][]oracleToken
}

func newOracle(s string, docs []Document, o Options) *oracle {
	or := &oracle{text: s}
	or.q.parse(s, o)
	for _, d := range docs {
		or.docs = append(or.docs, append(or.tokens(d.Title), or.tokens(d.Text)...))
	}
	or.countTerms()
	or.q.weigh(len(docs))
	return or
}

func (or *oracle) tokens(s string) []oracleToken {
	var sc text.Scanner
	var out []oracleToken
	for sc.Reset(s); sc.Next(); {
		t := oracleToken{Token: sc.Token, word: string(text.AppendLower(nil, s[sc.Start:sc.End])), term: none}
		t.term, t.exact = or.termOf(t)
		out = append(out, t)
	}
	return out
}

// termOf asks the written forms, then the light words, then the stems.
func (or *oracle) termOf(t oracleToken) (int, bool) {
	var sc text.Scanner
	at := 0
	for sc.Reset(or.text); sc.Next(); at++ {
		if sc.Exact == t.Exact {
			return int(or.q.sequence[at]), true
		}
	}
	for i, term := range or.q.terms {
		if !term.stop && term.stem == 0 && term.light == t.Light {
			return i, false
		}
	}
	for i, term := range or.q.terms {
		if term.stem != 0 && t.Prefix&term.mask == term.lead && or.stemHash(t.word) == term.stem {
			return i, false
		}
	}
	return none, false
}

// stemHash is 0 where no stemmer serves the word.
func (or *oracle) stemHash(word string) uint64 {
	first, _ := utf8.DecodeRuneInString(word)
	if stem := or.q.stemmers[text.ScriptOf(first)]; stem != nil {
		return text.HashOf(text.AppendFolded(nil, stem(word)))
	}
	return 0
}

func (or *oracle) countTerms() {
	for _, doc := range or.docs {
		held := map[int]bool{}
		for _, t := range doc {
			held[t.term] = true
		}
		for i := range held {
			if i != none {
				or.q.terms[i].df++
			}
		}
	}
}

func (or *oracle) saturate(doc []oracleToken) Score {
	total := Score(0)
	for _, d := range or.docs {
		total += Score(len(d))
	}
	return mul(bm25K1, One-bm25B+mul(bm25B, share(Score(len(doc)*len(or.docs)), total)))
}

// terms computes Overlap, Exact and Position.
func (or *oracle) terms(doc []oracleToken) (all, exactly, early Score) {
	for i, term := range or.q.terms {
		tf, written, first := Score(0), Score(0), -1
		for at, t := range doc {
			if t.term != i {
				continue
			}
			if tf++; first < 0 {
				first = at
			}
			if t.exact {
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
func (or *oracle) proximity(doc []oracleToken) Score {
	sum := Score(0)
	for _, width := range windows {
		best := Score(0)
		for from := range doc {
			inside := map[int]bool{}
			for _, t := range doc[from:min(len(doc), from+int(width))] {
				if t.term != none && !or.q.terms[t.term].stop {
					inside[t.term] = true
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

// phrase tries every stretch of the query at every word.
func (or *oracle) phrase(doc []oracleToken) Score {
	best := Score(0)
	for at := range doc {
		for from := range or.q.sequence {
			n := 0
			for from+n < len(or.q.sequence) && at+n < len(doc) && doc[at+n].term == int(or.q.sequence[from+n]) && or.mayGoOn(from+n) {
				n++
			}
			if n > 1 {
				best = max(best, or.q.before[from+n]-or.q.before[from])
			}
		}
	}
	return share(best, or.q.weight)
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
func (or *oracle) vector(doc []oracleToken, buckets uint64) (map[uint64]Score, Score) {
	counts := map[uint64]Score{}
	for _, t := range doc {
		counts[t.Light%buckets]++
	}
	squares := uint64(0)
	for b, tf := range counts {
		df := Score(0)
		for _, other := range or.docs {
			if slices.ContainsFunc(other, func(t oracleToken) bool { return t.Light%buckets == b }) {
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
		}
	})
}

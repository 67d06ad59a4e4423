package sample_test

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/splitrank/splitrank/shared/eval"
)

// The usual BM25 constants for short passages, as in Anserini's baselines.
const (
	k1 = 0.9 // how soon repeating a term stops paying, 0 and more
	b  = 0.4 // how much a long passage is held back, 0 to 1
)

// bm25 is a first stage as plain as textbooks have it: no stemming, no stop
// words, no knowledge of any language. A re-ranker is measured by what it adds.
// See RATIONALE: why-the-samples-first-stage-is-naive.
type bm25 struct {
	ids           []string // ascending
	counts        []map[string]int
	lengths       []float64 // in tokens
	averageLength float64
	containing    map[string]int // documents that hold a token
}

func newBM25(corpus map[string]eval.Passage) *bm25 {
	r := &bm25{containing: map[string]int{}}
	for id := range corpus {
		r.ids = append(r.ids, id)
	}
	slices.Sort(r.ids)
	for _, id := range r.ids {
		r.add(tokens(corpus[id].Title + " " + corpus[id].Text))
	}
	r.averageLength = eval.Mean(r.lengths)
	return r
}

func (r *bm25) add(document []string) {
	counts := map[string]int{}
	for _, token := range document {
		if counts[token]++; counts[token] == 1 {
			r.containing[token]++
		}
	}
	r.counts = append(r.counts, counts)
	r.lengths = append(r.lengths, float64(len(document)))
}

// search returns at most depth documents that share a token with the query,
// best first; equal scores come by id.
func (r *bm25) search(query string, depth int) []eval.Hit {
	var hits []eval.Hit
	terms := tokens(query)
	for i, id := range r.ids {
		if score := r.score(terms, i); score > 0 {
			hits = append(hits, eval.Hit{ID: id, Score: score})
		}
	}
	slices.SortStableFunc(hits, func(a, b eval.Hit) int { return cmp.Compare(b.Score, a.Score) })
	return hits[:min(depth, len(hits))]
}

// score is rounded to the four decimals that the run file holds, before
// anything is sorted: the last bits of a logarithm differ between processors,
// and the order must not.
func (r *bm25) score(terms []string, document int) float64 {
	sum := 0.0
	for _, term := range terms {
		sum += r.idf(term) * r.saturation(r.counts[document][term], document)
	}
	return math.Round(sum*1e4) / 1e4
}

// idf is Lucene's form, which is never negative.
func (r *bm25) idf(term string) float64 {
	n := float64(r.containing[term])
	return math.Log(1 + (float64(len(r.ids))-n+0.5)/(n+0.5))
}

func (r *bm25) saturation(count, document int) float64 {
	tf, length := float64(count), r.lengths[document]/r.averageLength
	return tf * (k1 + 1) / (tf + k1*(1-b+b*length))
}

// tokens are runs of letters, digits and combining marks, in lower case.
func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N)
	})
}

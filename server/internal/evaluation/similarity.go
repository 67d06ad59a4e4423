package evaluation

import (
	"github.com/splitrank/splitrank/heuristics"
)

// similarityMeter measures how much the first documents of an answer repeat each other:
// the mean cosine of all pairs among the first ten, by the vectors that the
// heuristics diversify with (intra-list similarity, Ziegler et al. 2005). 0 =
// no word in common, 1 = all the same.
type similarityMeter struct{ ranker heuristics.Ranker }

// measure sets it in every sample of a query; nil does nothing.
func (l *similarityMeter) measure(q Query, samples []sample) error {
	if l == nil {
		return nil
	}
	docs := make([]heuristics.Document, len(q.Candidates))
	for i, c := range q.Candidates {
		docs[i] = heuristics.Document{Title: c.Title, Text: c.Text}
	}
	if _, err := l.ranker.Rank(q.Text, docs, heuristics.Options{}); err != nil {
		return err
	}
	for i := range samples {
		samples[i].similarity = l.among(samples[i].order)
	}
	return nil
}

// among the first documents of an order; 0 where there are no two.
func (l *similarityMeter) among(order []int) float64 {
	first, sum, pairs := order[:min(depth, len(order))], 0.0, 0
	for i, a := range first {
		for _, b := range first[:i] {
			sum += l.ranker.Similarity(a, b).Float()
			pairs++
		}
	}
	return sum / float64(max(pairs, 1))
}

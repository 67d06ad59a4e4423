package rerank

import (
	"sort"
	"time"
)

// firstWave is how many documents are asked about while nobody knows how fast
// the model is.
const firstWave = 8

// wave is how many of docs, the best first, the model is asked about next.
//
// Without a deadline, which is zero then, these are all, which packs best. With
// one they are as many as are forecast to take half of the time that is left:
// what is finished counts, a wrong forecast costs the end of one wave, and after
// it the plan is made again from what is true then. 0 = the time is up. The first
// wave is never empty: a forecast that was too high once would otherwise stand
// for ever, because only runs correct it. See RATIONALE: why-waves-of-half-the-time.
func (s *scored) wave(pairs Pairs, docs []int, deadline time.Time) int {
	if deadline.IsZero() {
		return len(docs)
	}
	left := time.Until(deadline)
	n := s.fitting(pairs, docs, left/2)
	if n == 0 && left > 0 && (s.asked == 0 || s.fitting(pairs, docs[:1], left) == 1) {
		n = 1
	}
	return n
}

// fitting is how many of docs are forecast to be scored in a time.
func (s *scored) fitting(pairs Pairs, docs []int, within time.Duration) int {
	lengths := make([]int, len(docs))
	for i, d := range docs {
		lengths[i] = s.tokens[d]
	}
	if within > 0 && pairs.Forecast(lengths[:1]) == 0 {
		return min(firstWave, len(docs))
	}
	return sort.Search(len(docs), func(n int) bool { return pairs.Forecast(lengths[:n+1]) > within })
}

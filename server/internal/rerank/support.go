package rerank

import (
	"math"

	"github.com/splitrank/splitrank/shared/api"
)

// What a rank correlation must exceed: 0.2, and for short lists 1.5/√(n−3), 1.5
// standard deviations of the partial correlation of n documents that have
// nothing to do with each other.
const (
	supportNoise = 0.2
	supportFew   = 1.5
)

// support is how far the logits bear the first stage out, from 0 to 0.8: the
// rank correlation of both among what is scored, less what the heuristics
// explain of it, less noise. A retriever that counted words agrees with a model
// because both agree with the words, and earns nothing; one that read meaning
// agrees with it beyond them.
//
//	support = max(0, ρ(place, logit | heuristic) − max(0.2, 1.5/√(n−3)))
func support(places []float64, results []api.Result) float64 {
	var place, logit, words []float64
	for _, r := range results {
		if r.Logit != nil {
			place = append(place, places[r.Index])
			logit, words = append(logit, *r.Logit), append(words, r.HeuristicScore)
		}
	}
	if len(place) < 4 {
		return 0
	}
	noise := max(supportNoise, supportFew/math.Sqrt(float64(len(place)-3)))
	return max(0, partial(ranks(place), ranks(logit), ranks(words))-noise)
}

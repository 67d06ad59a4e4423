package rerank

import (
	"math"

	"github.com/splitrank/splitrank/shared/api"
)

// What a rank correlation must exceed: 0.2, chosen on the development
// collections (0.1 to 0.25 are as good), and for short lists 1.5/√(n−2), which is
// 1.5 standard deviations of the partial correlation of n documents that have
// nothing to do with each other. So four scored documents prove nothing.
const (
	supportNoise = 0.2
	supportFew   = 1.5
)

// support is how far the logits bear the first stage out, from 0 to 0.8: the
// rank correlation of both among what is scored, less what the heuristics
// explain of it, less noise. A retriever that counted words agrees with a model
// because both agree with the words, and earns little; one that read meaning
// agrees with it beyond them. Heuristics that trust the order themselves have
// counted it already, and what they counted earns nothing more.
//
//	support = max(0, ρ(place, logit | heuristic) − max(0.2, 1.5/√(n−2)))
func support(places []float64, results []api.Result) float64 {
	place, logit, words := make([]float64, 0, len(results)), make([]float64, 0, len(results)), make([]float64, 0, len(results))
	for i := range results {
		if r := &results[i]; r.Logit != nil {
			place = append(place, places[r.Index])
			logit, words = append(logit, *r.Logit), append(words, r.HeuristicScore)
		}
	}
	if len(place) < 3 {
		return 0
	}
	noise := max(supportNoise, supportFew/math.Sqrt(float64(len(place)-2)))
	return max(0, partial(ranks(place), ranks(logit), ranks(words))-noise)
}

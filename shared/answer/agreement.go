package answer

import (
	"math"

	"github.com/splitrank/splitrank/shared/api"
)

// What a rank correlation must exceed: 0.2, chosen on the development
// collections (0.1 to 0.25 are as good), and for short lists 1.5/√(n−2), which is
// 1.5 standard deviations of the partial correlation of n documents that have
// nothing to do with each other. So four scored documents prove nothing.
const (
	agreementNoise = 0.2
	agreementFew   = 1.5
)

// agreement of the logits with the first stage, from 0 to 0.8: the rank
// correlation of both among what is scored, given the heuristics, less noise. A
// retriever that counted words agrees with a model because both agree with the
// words, and earns little; one that read meaning agrees with it beyond them.
// Heuristics that trust the order themselves have counted it already, and what
// they counted earns nothing more.
//
//	agreement = max(0, ρ(prior, logit | heuristic) − max(0.2, 1.5/√(n−2)))
//
// See RATIONALE: why-first-stage-agreement.
func agreement(priors []float64, results []api.Result) float64 {
	prior, logit, words := make([]float64, 0, len(results)), make([]float64, 0, len(results)), make([]float64, 0, len(results))
	for i := range results {
		if r := &results[i]; r.Logit != nil {
			prior = append(prior, priors[r.Index])
			logit, words = append(logit, *r.Logit), append(words, r.HeuristicScore)
		}
	}
	if len(prior) < 3 {
		return 0
	}
	noise := max(agreementNoise, agreementFew/math.Sqrt(float64(len(prior)-2)))
	return max(0, partial(ranks(prior), ranks(logit), ranks(words))-noise)
}

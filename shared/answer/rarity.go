package answer

import "math"

// raritiesOf documents, by index: what Σ weight · match gains where a token of the query
// counts the less, the better all scored documents match it:
//
//	weight · (1 − mean match)^1.5, all weights scaled to the sum that they had
//
// It is to token vectors what the inverse document frequency is to words. nil = the model
// compares no tokens, or nothing tells documents apart.
// See RATIONALE: why-rare-matches-count-more.
func raritiesOf(scores []*Score) []float64 {
	compared := comparedOf(scores)
	if len(compared) == 0 {
		return nil
	}
	gains := rareWeights(compared)
	if gains == nil {
		return nil
	}
	for i, w := range compared[0].Weights {
		gains[i] -= w
	}
	rarities := make([]float64, len(scores))
	for _, s := range compared {
		for i, m := range s.Matches {
			rarities[s.Document] += float64(gains[i] * float64(m))
		}
	}
	return rarities
}

// comparedOf scores are those with matches.
func comparedOf(scores []*Score) (compared []*Score) {
	for _, s := range scores {
		if s != nil && len(s.Matches) > 0 && len(s.Matches) == len(s.Weights) {
			compared = append(compared, s)
		}
	}
	return compared
}

// rareWeights of the tokens of a query; nil = all documents match all of them.
func rareWeights(compared []*Score) []float64 {
	weights, before, after := make([]float64, len(compared[0].Weights)), 0.0, 0.0
	for _, s := range compared {
		for i, m := range s.Matches {
			weights[i] += float64(m)
		}
	}
	for i, w := range compared[0].Weights {
		rare := max(0, 1-weights[i]/float64(len(compared)))
		weights[i] = w * rare * math.Sqrt(rare)
		before, after = before+w, after+weights[i]
	}
	if after == 0 {
		return nil
	}
	for i := range weights {
		weights[i] *= before / after
	}
	return weights
}

package answer

import "math"

// raritiesOf documents, by index: what Σ weight · match gains where a token of the query
// counts the less, the better all scored documents match it:
//
//	weight · (1 − mean match)^1.5, all weights scaled to the sum that they had
//
// It is to token vectors what the inverse document frequency is to words. NaN = there are
// no matches of the document; nil = of none, or nothing tells documents apart.
// See RATIONALE: why-rare-matches-count-more.
func raritiesOf(scores []*Score) []float64 {
	weights, compared := comparedIn(scores)
	rare := rareWeights(weights, scores, compared)
	if rare == nil {
		return nil
	}
	rarities := nothingOf(scores)
	for _, d := range compared {
		rarities[d] = 0
		for i, m := range scores[d].Matches {
			rarities[d] += float64((rare[i] - weights[i]) * float64(m))
		}
	}
	return rarities
}

// comparedIn are the documents that have matches with the tokens of the query, and the
// weights of those.
func comparedIn(scores []*Score) (weights []float64, compared []int) {
	for d, s := range scores {
		if s == nil || len(s.Matches) == 0 || len(s.Matches) != len(s.Weights) {
			continue
		}
		if weights == nil {
			weights = s.Weights
		}
		if len(weights) == len(s.Weights) {
			compared = append(compared, d)
		}
	}
	return weights, compared
}

// rareWeights of the tokens of a query; nil = there are none, or all documents match all
// of them.
func rareWeights(weights []float64, scores []*Score, compared []int) []float64 {
	rare, before, after := make([]float64, len(weights)), 0.0, 0.0
	for _, d := range compared {
		for i, m := range scores[d].Matches {
			rare[i] += float64(m)
		}
	}
	for i, w := range weights {
		rare[i] = w * rarity(rare[i]/float64(len(compared)))
		before, after = before+w, after+rare[i]
	}
	if after == 0 {
		return nil
	}
	for i := range rare {
		rare[i] *= before / after
	}
	return rare
}

// rarity of a token that documents match so well in the mean: (1 − mean)^1.5.
func rarity(mean float64) float64 {
	left := max(0, 1-mean)
	return left * math.Sqrt(left)
}

// nothingOf documents is known: NaN for each.
func nothingOf(scores []*Score) []float64 {
	list := make([]float64, len(scores))
	for i := range list {
		list[i] = math.NaN()
	}
	return list
}

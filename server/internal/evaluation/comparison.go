package evaluation

import (
	"github.com/splitrank/splitrank/shared/eval"
)

// Comparison of two pipelines, or of two reports, on the same queries.
type Comparison struct {
	Before string `json:"before"`
	After  string `json:"after"`
	// Queries that both have.
	Queries int `json:"queries"`
	// Delta of nDCG@10, After − Before, with a paired bootstrap interval.
	Delta eval.Difference `json:"delta_ndcg@10"`
	// P of a paired randomization test, and Holm: P after the correction for all
	// comparisons that are made together.
	P    float64 `json:"p"`
	Holm float64 `json:"p_holm"`
	// Better, Same and Worse count queries.
	Better int `json:"better"`
	Same   int `json:"same"`
	Worse  int `json:"worse"`
}

// mostPairs of pipelines that are compared all with all. Of more, each is compared
// with the first and with the best one.
const mostPairs = 28

// comparisons of pipelines over one or more collections.
func comparisons(reports []*Report) ([]Comparison, error) {
	var all []Comparison
	pipelines := reports[0].Pipelines
	for i := range pipelines {
		for j := i + 1; j < len(pipelines); j++ {
			if n := len(pipelines); n*(n-1)/2 > mostPairs && i > 0 && j != best(reports) && i != best(reports) {
				continue
			}
			c, err := compared(pipelines[i].Name, pipelines[j].Name, pairsOf(reports, i, j))
			if err != nil {
				return nil, err
			}
			all = append(all, c)
		}
	}
	correct(all)
	return all, nil
}

// pairsOf the values of two pipelines, collection by collection.
func pairsOf(reports []*Report, before, after int) []eval.Pair {
	pairs := make([]eval.Pair, len(reports))
	for c, r := range reports {
		pairs[c] = eval.Pair{Before: r.Pipelines[before].values[ndcg], After: r.Pipelines[after].values[ndcg]}
	}
	return pairs
}

// best pipeline by the mean nDCG@10 over collections.
func best(reports []*Report) (at int) {
	mean := func(i int) (sum float64) {
		for _, r := range reports {
			sum += eval.Mean(r.Pipelines[i].values[ndcg])
		}
		return sum
	}
	for i := range reports[0].Pipelines {
		if mean(i) > mean(at) {
			at = i
		}
	}
	return at
}

func compared(before, after string, pairs []eval.Pair) (c Comparison, err error) {
	c = Comparison{Before: before, After: after}
	if c.Delta, err = eval.Compare(pairs...); err != nil {
		return c, err
	}
	if c.P, err = eval.Randomized(pairs...); err != nil {
		return c, err
	}
	for _, p := range pairs {
		c.Queries += len(p.Before)
		for q := range p.Before {
			switch change := p.After[q] - p.Before[q]; {
			case change > 0:
				c.Better++
			case change < 0:
				c.Worse++
			default:
				c.Same++
			}
		}
	}
	return c, nil
}

// correct the p-values of comparisons that are made together.
func correct(all []Comparison) {
	p := make([]float64, len(all))
	for i := range all {
		p[i] = all[i].P
	}
	for i, adjusted := range eval.Holm(p) {
		all[i].Holm = adjusted
	}
}

// between finds the comparison of two pipelines, turned around where it has to be.
func between(all []Comparison, before, after string) (c Comparison, ok bool) {
	for _, c := range all {
		switch {
		case c.Before == before && c.After == after:
			return c, true
		case c.Before == after && c.After == before:
			return c.turned(), true
		}
	}
	return Comparison{}, false
}

func (c Comparison) turned() Comparison {
	c.Before, c.After, c.Better, c.Worse = c.After, c.Before, c.Worse, c.Better
	c.Delta = eval.Difference{Mean: -c.Delta.Mean, Low: -c.Delta.High, High: -c.Delta.Low}
	return c
}

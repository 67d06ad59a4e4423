package rerank

import (
	"cmp"
	"math"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/pipeline"
)

// Reading is a Calibration for the results of one request, some of which a
// model scored. It holds what that request alone can tell: how far the logits
// bear out the order in which the documents came.
type Reading struct {
	calibration Calibration
	// ranks of the documents in the first stage, by index, from 0.
	ranks []int
	// places are what each document's place in the first stage says for it, by
	// index, and count weight = FirstStage · support; nil where that is 0.
	places []float64
	weight float64
}

// Read makes a Reading. It takes O(n log n) for n documents. Logarithms differ in
// their last bit between processors, as logits do: near ties may fall either way.
func (c Calibration) Read(req *api.Request, results []api.Result) Reading {
	r := Reading{calibration: c, ranks: ranksOf(req)}
	if c.FirstStage == 0 || req.FirstStage != heuristics.Given {
		return r
	}
	places := placesOf(r.ranks)
	if r.weight = c.FirstStage * support(places, results); r.weight > 0 {
		centre(places, results)
		r.places = places
	}
	return r
}

// Value is what orders scored results; its sigmoid is the relevance score.
func (r Reading) Value(result *api.Result) float64 {
	c := r.calibration
	if c == (Calibration{}) {
		return *result.Logit
	}
	v := float64(c.Logit**result.Logit) + float64(c.Heuristic*result.HeuristicScore) + c.Shift
	if r.places != nil {
		v += float64(r.weight * r.places[result.Index])
	}
	return v
}

// compare puts the highest value first, ties by first-stage rank and then by
// position.
func (r Reading) compare(a, b *api.Result) int {
	return cmp.Or(cmp.Compare(r.Value(b), r.Value(a)), cmp.Compare(r.ranks[a.Index], r.ranks[b.Index]))
}

// ranksOf documents in the first stage, by index, from 0.
func ranksOf(req *api.Request) []int {
	ranks := make([]int, len(req.Documents))
	for rank, i := range pipeline.FirstStage(req) {
		ranks[i] = rank
	}
	return ranks
}

// placesOf documents with these ranks: 1 − log(rank)/log(n+1) for ranks from 1, as
// in the heuristics.
func placesOf(ranks []int) []float64 {
	places, all := make([]float64, len(ranks)), math.Log(float64(len(ranks)+1))
	for i, rank := range ranks {
		places[i] = 1 - math.Log(float64(rank+1))/all
	}
	return places
}

// centre takes the mean place of what is scored from all places, so that a
// trusted order moves no relevance score on average.
func centre(places []float64, results []api.Result) {
	sum, n := 0.0, 0
	for i := range results {
		if results[i].Logit != nil {
			sum, n = sum+places[results[i].Index], n+1
		}
	}
	for i := range places {
		places[i] -= sum / float64(n)
	}
}

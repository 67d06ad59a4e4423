package rerank

import (
	"cmp"
	"math"
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/pipeline"
)

// Reading is a Calibration for the results of one request, some of which a
// model scored. It holds what that request alone can tell: how far the logits
// bear out the order in which the documents came.
type Reading struct {
	calibration Calibration
	// places are what each document's place in the first stage says for it, by
	// index; nil where it says nothing.
	places []float64
	// trust is FirstStage · support.
	trust float64
}

// Read makes a Reading. It takes O(n log n) for n documents.
func (c Calibration) Read(req *api.Request, results []api.Result) Reading {
	r := Reading{calibration: c}
	if c.FirstStage == 0 || req.FirstStage != heuristics.Given {
		return r
	}
	places := placesOf(req)
	if r.trust = c.FirstStage * support(places, results); r.trust > 0 {
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
		v += float64(r.trust * r.places[result.Index])
	}
	return v
}

// placesOf documents in the first stage: 1 − log(rank)/log(n+1) as in the
// heuristics, less its mean, so that a trusted order moves no score on average.
func placesOf(req *api.Request) []float64 {
	order := make([]int, len(req.Documents))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(pipeline.Retrieved(req, a), pipeline.Retrieved(req, b))
	})
	places, all := make([]float64, len(order)), math.Log(float64(len(order)+1))
	mean := 0.0
	for at, i := range order {
		places[i] = 1 - math.Log(float64(at+1))/all
		mean += places[i] / float64(len(order))
	}
	for i := range places {
		places[i] -= mean
	}
	return places
}

package cli

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/cache"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// newEngine answers with the heuristics and these models, which remember in a
// cache if there is one, and are tuned as calibrations say. workers 0 = one for
// each processor. failed hears why a model did not answer.
func newEngine(workers int, loaded models, calibrations calibrationFlags, remember *cache.Cache, failed func(error)) (*rerank.Engine, error) {
	tunings, err := calibrations.tunings(loaded)
	if err != nil {
		return nil, err
	}
	pairs, err := loaded.pairs(remember)
	if err != nil {
		return nil, err
	}
	h := rerank.NewHeuristic(all.Stemmers())
	c := rerank.Config{
		Scorers:   map[api.Pipeline]rerank.Scorer{api.Heuristic: h},
		Heuristic: h,
		Version:   h.Version(),
		Workers:   workers,
		Failed:    failed,
	}
	for i, m := range loaded {
		c.Models = append(c.Models, rerank.Model{Names: m.Names(), Pairs: pairs[i], Tuning: tunings[i]})
	}
	return rerank.New(c)
}

// scorer names the formula and the stemmers of this build.
func scorer() string { return heuristics.Scorer(all.Stemmers()) }

package cli

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// newEngine answers with the heuristics. workers 0 = one for each processor.
func newEngine(workers int) (*rerank.Engine, error) {
	h := rerank.NewHeuristic(all.Stemmers())
	return rerank.New(rerank.Config{
		Scorers: map[api.Pipeline]rerank.Scorer{api.Heuristic: h},
		Version: h.Version(),
		Workers: workers,
	})
}

// scorer names the formula and the stemmers of this build.
func scorer() string { return heuristics.Scorer(all.Stemmers()) }

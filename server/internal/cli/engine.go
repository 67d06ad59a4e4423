package cli

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/cache"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// newEngine answers with the heuristics and these models, which remember in a
// cache if there is one, are tuned as calibrations say, and go by aliases too. workers 0 = one for
// each processor. failed is called with the reason why a model did not answer.
// judge serves pipeline llm, nil where none is configured.
func newEngine(workers int, loaded models, first string, calibrations calibrationFlags, aliases api.Aliases, remember *cache.Cache, judge rerank.Judge, failed func(error)) (*rerank.Engine, error) {
	tunings, err := calibrations.tunings(loaded)
	if err != nil {
		return nil, err
	}
	cached, err := loaded.behind(remember)
	if err != nil {
		return nil, err
	}
	c := rerank.Config{Planner: answer.NewPlanner(all.Stemmers()), Workers: workers, FirstModel: first, Aliases: aliases, Judge: judge, Failed: failed}
	for i, m := range loaded {
		c.Models = append(c.Models, rerank.Served{Names: m.Names(), Model: cached[i], Tuning: tunings[i]})
	}
	if loaded.shareLanguages() {
		c.Models[0].Else = &c.Models[1]
	}
	return rerank.New(c)
}

// shareLanguages reports that the first model leaves to the second what it does not
// read, where a request names neither: both are built in.
func (list models) shareLanguages() bool {
	return len(list) == 2 && list[0].Builtin() && list[1].Builtin()
}

// scorer names the formula and the stemmers of this build.
func scorer() string { return heuristics.VersionWith(all.Stemmers()) }

package cli

import (
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/shared/api"
)

// info tells of this build and of the models, which were loaded at a time. Their
// digests take as long as their files are large, so they are made when they are
// first asked for.
func (c *serveCmd) info(loaded models, aliases api.Aliases, at time.Time, log *slog.Logger) func() api.Info {
	served := sync.OnceValue(func() (list []api.ModelInfo) {
		for _, m := range loaded {
			list = append(list, modelInfo(m, at, log))
		}
		return list
	})
	return func() api.Info {
		i := api.Info{Commit: thisBuild().Commit, Languages: heuristics.Languages(all.Stemmers()), Models: served(), Aliases: aliases}
		if len(i.Models) > 0 {
			i.BatchTokens, i.Tokenizers = c.BatchTokens, runtime.GOMAXPROCS(0)
		}
		return i
	}
}

// modelInfo leaves a digest out that cannot be made: the model answers all the
// same.
func modelInfo(m servedModel, at time.Time, log *slog.Logger) api.ModelInfo {
	digest, err := m.Digest()
	if err != nil {
		log.Warn("telling of a model without its digest", slog.String("name", m.Name()), slog.String("error", err.Error()))
	}
	return api.ModelInfo{
		Names: m.Names(), Owner: owner(m), Digest: digest, Languages: m.Languages(),
		MaxLength: m.MaxLength(), Loaded: int(at.Unix()),
	}
}

// owner is the organization in a model's name; a folder belongs to who serves it.
func owner(m servedModel) string {
	if m.Builtin() {
		return "splitrank"
	}
	if organization, _, ok := strings.Cut(m.Name(), "/"); ok {
		return organization
	}
	return "local"
}

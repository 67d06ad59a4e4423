package rerank

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/splitrank/splitrank/shared/api"
)

// scorer chooses by pipeline and model.
func (e *Engine) scorer(req *api.Request) (Scorer, error) {
	model, err := e.model(req.Model)
	if err != nil {
		return nil, err
	}
	p := e.pipeline(req)
	if s, ok := e.config.Scorers[p]; ok {
		return inTurn{e, s}, nil
	}
	switch {
	case model == nil:
		return nil, &api.Error{Code: api.NoModel, Field: "pipeline", Message: "pipeline " + strconv.Quote(string(p)) + " needs a model and none is loaded"}
	case p == api.CrossEncoder:
		return cascade{engine: e, model: model.Pairs, tuning: model.Tuning, all: true}, nil
	case p == api.Cascade:
		return cascade{engine: e, model: model.Pairs, tuning: model.Tuning}, nil
	}
	return nil, &api.Error{Code: api.UnknownPipeline, Field: "pipeline", Message: "pipeline " + strconv.Quote(string(p)) + ` is not served: use "cross-encoder" or "heuristic"`}
}

// model by name, the first one without; nil where none is loaded.
func (e *Engine) model(name string) (*Model, error) {
	models := e.config.Models
	switch {
	case len(models) == 0 && name == "":
		return nil, nil
	case len(models) == 0:
		return nil, &api.Error{Code: api.NoModel, Field: "model", Message: "a model is asked for by name and none is loaded"}
	case name == "":
		return &models[0], nil
	}
	for i := range models {
		if slices.Contains(models[i].Names, name) {
			return &models[i], nil
		}
	}
	return nil, &api.Error{Code: api.UnknownModel, Field: "model", Message: fmt.Sprintf("model %.80q is not loaded", name)}
}

// pipeline asked for, else the most accurate that there is.
func (e *Engine) pipeline(req *api.Request) api.Pipeline {
	if req.Pipeline != "" {
		return req.Pipeline
	}
	if _, fixed := e.config.Scorers[api.Cascade]; fixed || len(e.config.Models) > 0 {
		return api.Cascade
	}
	return api.Heuristic
}

// checkModels refuses models that could not be served.
func checkModels(c Config) error {
	if len(c.Models) > 0 && c.Heuristic == nil {
		return fmt.Errorf("model %q is half of a cascade whose other half, the heuristics, is missing", c.Models[0].Names[0])
	}
	return checkNames(c.Models)
}

// checkNames refuses a name that could mean two models.
func checkNames(models []Model) error {
	seen := map[string]bool{}
	for _, m := range models {
		for _, name := range m.Names {
			if seen[name] {
				return fmt.Errorf("two models are called %q: rename a folder, or load only one", name)
			}
			seen[name] = true
		}
	}
	return nil
}

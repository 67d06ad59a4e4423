package rerank

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/splitrank/splitrank/shared/api"
)

// choose the pipeline and the model of a request. The model is the zero value
// where none is loaded. See RATIONALE: why-the-cascade-is-the-default.
func (e *Engine) choose(req *api.Request) (api.Pipeline, Served, error) {
	model, err := e.model(e.config.Aliases.Resolve(req.Model, e.isName))
	if err != nil {
		return "", Served{}, err
	}
	loaded := len(e.config.Models) > 0
	switch p := req.Pipeline; p {
	case "":
		if loaded {
			return api.Cascade, model, nil
		}
		return api.Heuristic, model, nil
	case api.Heuristic:
		return p, model, nil
	case api.LLM:
		if e.config.Judge == nil {
			return "", Served{}, &api.Error{Code: api.NoModel, Field: "pipeline", Message: `pipeline "llm" needs a large language model and none is configured`}
		}
		return p, model, e.config.Judge.Check(req)
	case api.CrossEncoder, api.Cascade:
		if loaded {
			return p, model, nil
		}
		return "", Served{}, &api.Error{Code: api.NoModel, Field: "pipeline", Message: "pipeline " + strconv.Quote(string(p)) + " needs a model and none is loaded"}
	}
	return "", Served{}, &api.Error{
		Code: api.UnknownPipeline, Field: "pipeline",
		Message: fmt.Sprintf(`pipeline %.80q is not served: use "cascade", "cross-encoder", "heuristic" or "llm"`, req.Pipeline),
	}
}

// model by name, the first one without; the zero value where none is loaded.
func (e *Engine) model(name string) (Served, error) {
	models := e.config.Models
	switch {
	case len(models) == 0 && name == "":
		return Served{}, nil
	case len(models) == 0:
		return Served{}, &api.Error{Code: api.NoModel, Field: "model", Message: "a model is asked for by name and none is loaded"}
	case name == "":
		return models[0], nil
	}
	if i := slices.IndexFunc(models, func(m Served) bool { return slices.Contains(m.Names, name) }); i >= 0 {
		named := models[i]
		named.Else = nil
		return named, nil
	}
	return Served{}, &api.Error{Code: api.UnknownModel, Field: "model", Message: fmt.Sprintf("model %.80q is not loaded", name)}
}

// reader is model, or the one behind it where that reads what model does not: a word of
// the query, or a document that is kept.
// See RATIONALE: why-two-models-share-the-languages.
func (p planned) reader(model Served) Served {
	if model.Else == nil || p.pipeline == api.Heuristic {
		return model
	}
	docs, err := cascade{planned: p, model: model}.readable()
	if err == nil && len(docs) == len(p.Kept) {
		return model
	}
	if others, failed := (cascade{planned: p, model: *model.Else}).readable(); failed == nil && (err != nil || len(others) > len(docs)) {
		return *model.Else
	}
	return model
}

// first is the model that chooses what the model of a request reads; nil = the words
// choose.
func (e *Engine) first(req *api.Request, pipeline api.Pipeline, model Served) (*Served, error) {
	name := cmp.Or(req.FirstModel, e.config.FirstModel)
	if pipeline != api.Cascade && pipeline != api.LLM || name == "" || name == api.NoFirstModel || model.Model == nil || model.chooses() && req.FirstModel == "" {
		return nil, nil
	}
	i := slices.IndexFunc(e.config.Models, func(m Served) bool { return slices.Contains(m.Names, name) })
	switch {
	case i < 0:
		return nil, &api.Error{Code: api.UnknownModel, Field: "first_model", Message: fmt.Sprintf("model %.80q is not loaded", name)}
	case e.config.Models[i].Names[0] == model.Names[0]:
		return nil, &api.Error{Code: api.OutOfRange, Field: "first_model", Message: fmt.Sprintf("model %.80q would choose for itself", name)}
	case !e.config.Models[i].chooses():
		return nil, &api.Error{Code: api.OutOfRange, Field: "first_model", Message: fmt.Sprintf("model %.80q reads pairs: what it chose would cost as much as to score it all", name)}
	}
	return &e.config.Models[i], nil
}

// checkFirst refuses a first model that cannot choose.
func checkFirst(c Config) error {
	if c.FirstModel == "" || c.FirstModel == api.NoFirstModel {
		return nil
	}
	i := slices.IndexFunc(c.Models, func(m Served) bool { return slices.Contains(m.Names, c.FirstModel) })
	if i < 0 {
		return fmt.Errorf("the first model %q is not loaded: name it with the others", c.FirstModel)
	}
	if !c.Models[i].chooses() {
		return fmt.Errorf("the first model %q reads pairs, and only a late-interaction model chooses for less than it saves", c.FirstModel)
	}
	return nil
}

// isName reports whether a model goes by a name.
func (e *Engine) isName(name string) bool {
	return slices.ContainsFunc(e.config.Models, func(m Served) bool { return slices.Contains(m.Names, name) })
}

// checkAliases refuses one that stands for no model. Where none is loaded at all,
// requests for it are answered as those for a model by name are.
func checkAliases(c Config) error {
	if len(c.Models) == 0 {
		return nil
	}
	e := Engine{config: c}
	for alias, name := range c.Aliases {
		if name != api.DefaultModel && !e.isName(name) {
			return fmt.Errorf("alias %q stands for %q, and no model of that name is loaded: name one that is, or %q", alias, name, api.DefaultModel)
		}
	}
	return nil
}

// checkNames refuses a name that could mean two models.
func checkNames(models []Served) error {
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

package evaluation

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/splitrank/splitrank/heuristics"
)

// Task is what a pipeline sees of a query: never the judgements, and with a
// hidden first stage no trace of the retriever's order.
type Task struct {
	Query      string
	Documents  []heuristics.Document
	FirstStage heuristics.FirstStage
	// Retrieved are the positions in Documents in the retriever's order. Only
	// the baselines that report the retriever itself may look at it.
	Retrieved []int
}

// Outcome is what a pipeline made of a Task.
type Outcome struct {
	// Order of positions in Task.Documents, best first. What was trimmed for
	// good is not in it.
	Order []int
	// Scored pairs that went through a model.
	Scored int
}

// Orderer does one task after the other; it may keep scratch memory.
type Orderer interface {
	Order(ctx context.Context, t Task) (Outcome, error)
}

// Pipeline is one way to order candidates.
type Pipeline struct {
	Name string
	// New makes the Orderer of one goroutine.
	New func() Orderer
	// Scorer names the heuristics that took part, empty where none did.
	Scorer string
	// Model names the model that took part, empty where none did.
	Model string
}

// ErrNoModel is wrapped by ParsePipelines where a name needs a model.
var ErrNoModel = errors.New("no model is configured: name one with --model")

const (
	known = "first-stage, heuristic, trim, trim@K, retriever@K or, with a model, cross-encoder"
	// PipelineNames is for help texts.
	PipelineNames = known
)

// ParsePipelines turns names into pipelines:
//
//	first-stage   the retriever's own order, also when it is hidden from the rest
//	retriever@K   its first K: the baseline of trim@K
//	heuristic     heuristics.Rank
//	trim@K        what heuristics.Trim keeps of a budget of K documents
//	trim          the same with the adaptive budget
//	cross-encoder the model's order of all candidates in its languages, and
//	              behind them that of the heuristics
//
// Without a model, which is nil then, cross-encoder and cascade@K fail with
// ErrNoModel.
func ParsePipelines(names []string, stemmers []heuristics.Stemmer, model Model) ([]Pipeline, error) {
	if len(names) == 0 {
		return nil, errors.New("parsing pipelines: none given: use " + known)
	}
	seen := map[string]bool{}
	pipelines := make([]Pipeline, len(names))
	for i, name := range names {
		p, err := parsePipeline(name, stemmers, model)
		if err == nil && seen[name] {
			err = errors.New("named twice")
		}
		if err != nil {
			return nil, fmt.Errorf("parsing pipeline %q: %w", name, err)
		}
		seen[name], pipelines[i] = true, p
	}
	return pipelines, nil
}

func parsePipeline(name string, stemmers []heuristics.Stemmer, model Model) (Pipeline, error) {
	kind, k, err := splitBudget(name)
	if err != nil {
		return Pipeline{}, err
	}
	switch {
	case kind == "first-stage" && k == 0, kind == "retriever" && k > 0:
		return Pipeline{Name: name, New: func() Orderer { return retriever{first: k} }}, nil
	case kind == "heuristic" && k == 0:
		return Pipeline{Name: name, Scorer: heuristics.Scorer(stemmers), New: func() Orderer { return &lexical{stemmers: stemmers} }}, nil
	case kind == "trim":
		return Pipeline{Name: name, Scorer: heuristics.Scorer(stemmers), New: func() Orderer {
			return &lexical{stemmers: stemmers, trim: true, budget: heuristics.Budget{Documents: k}}
		}}, nil
	case model != nil && kind == "cross-encoder" && k == 0:
		return Pipeline{Name: name, Model: model.Name(), Scorer: heuristics.Scorer(stemmers), New: func() Orderer {
			return accurate{model, &lexical{stemmers: stemmers}}
		}}, nil
	case model == nil && (kind == "cross-encoder" || kind == "cascade"):
		return Pipeline{}, fmt.Errorf("%w: use %s", ErrNoModel, known)
	}
	return Pipeline{}, errors.New("unknown: use " + known)
}

// splitBudget splits "trim@30" into its kind and its number, 0 where there is none.
func splitBudget(name string) (kind string, k int, err error) {
	kind, number, found := strings.Cut(name, "@")
	if !found {
		return kind, 0, nil
	}
	k, err = strconv.Atoi(number)
	if err != nil || k < 1 {
		return "", 0, fmt.Errorf("%q after @ is not a number of documents", number)
	}
	return kind, k, nil
}

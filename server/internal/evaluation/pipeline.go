package evaluation

import (
	"context"
	"errors"
	"fmt"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// Task is what a pipeline sees of a query: never the judgements, and with a
// hidden first stage no trace of the retriever's order.
type Task struct {
	Query      string
	Documents  []api.Document // titles, texts and ranks
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
	// Kept are the positions that survived a trim and stand before those that
	// did not. nil = all of Order.
	Kept []int
	// Scored pairs that a model was asked about, also where a file of scores
	// knew the answer: it is what serving would cost.
	Scored int
	// LLM is what a large language model took; nil where none takes part.
	LLM *api.LLMUsage
}

// kept are the positions that survived.
func (o Outcome) kept() []int {
	if o.Kept == nil {
		return o.Order
	}
	return o.Kept
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

	name name
}

// The kinds of pipelines.
const (
	firstStage   = "first-stage"
	retrieved    = "retriever"
	heuristic    = "heuristic"
	trim         = "trim"
	crossEncoder = string(api.CrossEncoder)
	cascade      = string(api.Cascade)
	stages       = "stages"
	llmAlways    = string(api.LLM)
	llmUnsure    = "llm-unsure"
)

// ErrNoLLM is wrapped by ParsePipelines where a name needs a large language model.
var ErrNoLLM = errors.New("no large language model is configured: name one with --llm-model")

// ErrNoModel is wrapped by ParsePipelines where a name needs a model.
var ErrNoModel = errors.New("no model is configured: name one with --model")

// kinds is for error messages.
const kinds = "first-stage, retriever@K, heuristic, trim, trim@K or, with a model, cross-encoder, cross-encoder@K, cascade@K, cascade@auto, cascade@150ms, with a first model too stages@K; with --llm-model, llm, llm@K, llm-unsure, llm-unsure@K; ~D behind one that re-orders asks for diversity D"

// ParsePipelines turns names into pipelines:
//
//	first-stage     the retriever's own order, also when it is hidden from the rest
//	retriever@K     its first K: the baseline of trim@K
//	heuristic       the plan that every tier makes: see answer.Planner
//	trim@K          what the plan keeps of a budget of K documents
//	trim            the same with the adaptive budget
//	cross-encoder   the model on all candidates in its languages
//	cross-encoder@K the model on the retriever's first K: the baseline of cascade@K
//	cascade@K       the cascade with a budget of K documents
//	cascade@auto    the same with the adaptive budget
//	cascade@150ms   the same with a deadline, met by the model itself: a file of
//	                scores is not asked
//	stages@K        the cascade where a first model, which knows all candidates,
//	                chooses the K that the model scores
//	llm@K           the cascade, or the heuristics without a model, and grades for
//	                the best K of it
//	llm-unsure@K    the same, asked only where the cascade is unsure
//
// ~D behind a name that re-orders, as in cascade@30~0.3, asks for diversity D.
// Pipelines with a model run in the engine that serves. Without a model, which
// is nil then, they fail with ErrNoModel; those named llm fail without a judge,
// with ErrNoLLM.
func ParsePipelines(names []string, stemmers []heuristics.Stemmer, model, first *rerank.Served, judge rerank.Judge) ([]Pipeline, error) {
	if len(names) == 0 {
		return nil, errors.New("parsing pipelines: none given: use " + kinds)
	}
	var maker maker
	if err := maker.init(stemmers, model, first, judge); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	pipelines := make([]Pipeline, len(names))
	for i, name := range names {
		p, err := maker.pipeline(name)
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

// AsksModel reports whether any of the names is that of a pipeline with a
// model, if there is one. Names that mean nothing are none.
func AsksModel(names []string) bool {
	return asks(names, func(n name) bool { return n.needsModel() || n.needsLLM() })
}

// AsksLLM reports the same of a large language model.
func AsksLLM(names []string) bool { return asks(names, name.needsLLM) }

func asks(names []string, what func(name) bool) bool {
	for _, s := range names {
		if n, err := parseName(s); err == nil && n.check() == nil && what(n) {
			return true
		}
	}
	return false
}

// maker makes pipelines.
type maker struct {
	planner *answer.Planner
	model   string // "" = none
	first   string // "" = none
	judge   bool
	server  *server
}

func (m *maker) init(stemmers []heuristics.Stemmer, model, first *rerank.Served, judge rerank.Judge) (err error) {
	m.planner, m.judge = answer.NewPlanner(stemmers), judge != nil
	if model != nil {
		m.model = model.Model.Name()
	}
	if first != nil {
		m.first = first.Names[0]
	}
	if model != nil || judge != nil {
		m.server, err = newServer(m.planner, model, first, judge)
	}
	return err
}

func (m *maker) pipeline(s string) (Pipeline, error) {
	n, err := parseName(s)
	if err == nil {
		err = n.check()
	}
	switch {
	case err != nil:
	case n.needsModel() && m.model == "":
		err = fmt.Errorf("%w: use %s", ErrNoModel, kinds)
	case n.needsLLM() && !m.judge:
		err = fmt.Errorf("%w: use %s", ErrNoLLM, kinds)
	}
	if err == nil && n.kind == stages && m.first == "" {
		err = errors.New("no first model is configured: name one with --first-model")
	}
	if err != nil {
		return Pipeline{}, err
	}
	p := Pipeline{Name: s, name: n}
	switch {
	case n.kind == firstStage, n.kind == retrieved:
		p.New = func() Orderer { return retriever{first: n.documents} }
		return p, nil
	case n.needsModel(), n.needsLLM():
		p.Model = m.model
		p.New = func() Orderer { return served{m.server, n, m.first} }
	default:
		p.New = func() Orderer { return lexical{m.planner, n} }
	}
	p.Scorer = m.planner.Version()
	return p, nil
}

package evaluation

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// server is the engine that serves, and notes why its model failed.
// See RATIONALE: why-eval-asks-the-engine.
type server struct {
	engine *rerank.Engine

	mu      sync.Mutex
	failure error
}

// newServer with a model, one that chooses before it, a judge, or some of them.
func newServer(p *answer.Planner, model, first *rerank.Served, judge rerank.Judge) (s *server, err error) {
	s = new(server)
	c := rerank.Config{Planner: p, Judge: judge, Failed: s.failed}
	if model != nil {
		measured := *model
		measured.Model = noneKnown{model.Model}
		c.Models = []rerank.Served{measured}
		if model.Else != nil {
			other := *model.Else
			other.Model = noneKnown{other.Model}
			c.Models[0].Else = &other
		}
	}
	if first != nil {
		c.Models = append(c.Models, rerank.Served{Names: first.Names, Model: allKnown{first.Model}, Tuning: first.Tuning})
	}
	s.engine, err = rerank.New(c)
	return s, err
}

func (s *server) failed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = err
}

// refuse makes an error of an answer that is worth less than its pipeline: what
// would be measured is another one.
func (s *server) refuse(r *api.Response, n name) error {
	if !r.Degraded || r.Reason == api.ReasonLanguage || r.Reason == api.ReasonDeadline && n.deadline > 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Reason == api.ReasonModel && s.failure != nil {
		return s.failure
	}
	return fmt.Errorf("the answer is degraded: %s", r.Reason)
}

// served is a pipeline with a model, as a request to the engine.
type served struct {
	*server
	name  name
	first string // model of stages
}

// Order implements Orderer.
func (s served) Order(ctx context.Context, t Task) (Outcome, error) {
	shown := s.shown(t)
	req := s.name.request(t, shown)
	if s.name.kind == stages {
		req.Pipeline, req.FirstModel = api.Cascade, s.first
	}
	r, err := s.engine.Rerank(ctx, req)
	if err == nil {
		err = s.refuse(r, s.name)
	}
	if err != nil {
		return Outcome{}, err
	}
	o := outcome(r, shown, s.name)
	o.Order = append(o.Order, t.beyond(s.asked(t))...)
	return o, nil
}

// asked is how many of the retriever's first the request holds.
func (s served) asked(t Task) int {
	if s.name.kind == crossEncoder && s.name.documents > 0 {
		return min(s.name.documents, len(t.Documents))
	}
	return len(t.Documents)
}

// shown are the positions that the request holds, in the order of the Task,
// which tells nothing that is hidden.
func (s served) shown(t Task) []int {
	return slices.Sorted(slices.Values(t.Retrieved[:s.asked(t)]))
}

// beyond are the positions behind the retriever's first n, in its order.
func (t Task) beyond(n int) []int { return t.Retrieved[n:] }

// request for the documents at these positions.
func (n name) request(t Task, shown []int) *api.Request {
	req := &api.Request{Query: t.Query, FirstStage: t.FirstStage, Pipeline: api.Pipeline(n.kind), Diversity: n.diversity}
	if n.kind == cascade || n.kind == stages || n.kind == trim {
		req.Budget = api.Budget{Documents: n.documents, DeadlineMS: int(n.deadline / time.Millisecond)}
	}
	if n.needsLLM() {
		req.Pipeline, req.LLM = api.LLM, n.llmOptions()
	}
	for _, position := range shown {
		req.Documents = append(req.Documents, t.Documents[position])
	}
	return req
}

// llmOptions of the request.
func (n name) llmOptions() jsontext.Value {
	options := map[string]any{}
	if n.documents > 0 {
		options["top_n"] = n.documents
	}
	if n.kind == llmUnsure {
		options["when"] = "unsure"
	}
	value, _ := json.Marshal(options) // words and numbers can always be written
	return value
}

// outcome of an answer about the documents at the positions shown. What a
// cascade kept is what the model scored; where it scored nothing because it
// does not read the language, nothing was trimmed either.
func outcome(r *api.Response, shown []int, n name) Outcome {
	o := Outcome{Order: make([]int, 0, len(shown)), Kept: []int{}, LLM: r.Usage.LLM}
	for i := range r.Results {
		position := shown[r.Results[i].Index]
		o.Order = append(o.Order, position)
		scored := n.scored(&r.Results[i])
		if scored {
			o.Scored++
		}
		if scored || n.kind == crossEncoder {
			o.Kept = append(o.Kept, position)
		}
	}
	if len(o.Kept) == 0 && r.Reason == api.ReasonLanguage {
		o.Kept = nil
	}
	return o
}

// scored reports whether the last model of a pipeline has scored a document.
func (n name) scored(r *api.Result) bool {
	return r.Logit != nil && (n.kind != stages || r.ScoredBy == crossEncoder)
}

// Package rerank answers a request: it chooses pipeline and model, has the
// heuristics plan, lets the model score what the plan keeps while the deadline
// lasts, and writes down what happened. The rules of the answer itself are those
// of shared/answer.
package rerank

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// Config of an Engine.
type Config struct {
	// Planner of the heuristics, which take part in every answer.
	Planner *answer.Planner
	// Models serve api.CrossEncoder and api.Cascade: the first one where a
	// request names none.
	Models []Served
	// Aliases are further names that requests may give, those of other services'
	// models.
	Aliases api.Aliases
	// FirstModel is the name of the one of Models that chooses what the others read,
	// where a request names none; "" = the words choose.
	FirstModel string
	// Judge serves api.LLM; nil = nobody does.
	Judge Judge
	// Failed is called with the reason why a model did not answer, where the
	// heuristics answered in its place. It may be nil.
	Failed func(error)
	// Workers is the number of requests that the heuristics rank at once; more
	// wait. 0 = one for each processor. Models are not counted.
	Workers int
}

// Served is a model that requests choose by name. A request that waits for it
// keeps no worker busy.
type Served struct {
	// Names that it goes by, at least one, none of them another model's.
	Names []string
	Model PairModel
	// Tuning of the model; its zero value is none.
	Tuning Tuning
	// Else answers requests that name no model and hold what Model does not read. It is
	// one of the models, too; nil = there is none.
	Else *Served
}

// chooses reports that a model reads texts apart, so that it may choose what another
// one reads.
func (s Served) chooses() bool {
	_, can := s.Model.(interface{ ReadsApart() })
	return can
}

// Tuning is what was measured for a model on judged data. The zero value is a
// model that nothing was measured for.
type Tuning struct {
	// Name that answers call it by.
	Name string
	// Rule is the budget of requests that name no number of documents.
	Rule heuristics.Budget
	// Relevance takes the place of the model's own calibration, unless it is
	// the zero value.
	Relevance answer.Calibration
}

// calibration of the model's logits.
func (s Served) calibration() answer.Calibration {
	if s.Tuning.Relevance != (answer.Calibration{}) {
		return s.Tuning.Relevance
	}
	return s.Model.Calibration()
}

// Engine answers requests. It is safe for concurrent use.
type Engine struct {
	config  Config
	workers *semaphore.Weighted
}

// New makes an Engine.
func New(c Config) (*Engine, error) {
	if c.Planner == nil {
		return nil, errors.New("the heuristics, which every answer begins with, are missing")
	}
	if c.Workers < 0 {
		return nil, errors.New("workers is negative")
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.Failed == nil {
		c.Failed = func(error) {}
	}
	if err := checkNames(c.Models); err != nil {
		return nil, err
	}
	if err := checkAliases(c); err != nil {
		return nil, err
	}
	if err := checkFirst(c); err != nil {
		return nil, err
	}
	return &Engine{config: c, workers: semaphore.NewWeighted(int64(c.Workers))}, nil
}

// Rerank answers a valid request. An *api.Error is for the caller; when ctx is
// done the error is its cause; any other error is internal.
func (e *Engine) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	return e.Watch(ctx, req, nil)
}

// Watch is Rerank that also calls seen with what is known on the way, in the
// caller's goroutine: first the answer of the heuristics, then a better one
// after every batch of the model. A pipeline without a model has nothing to
// show. seen must not block; nil = nobody watches.
func (e *Engine) Watch(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error) {
	came := cameAt(req)
	pipeline, model, err := e.choose(req)
	if err != nil {
		return nil, err
	}
	ctx, cancel := withStrictDeadline(ctx, req, came)
	defer cancel()
	asked := req
	if pipeline == api.LLM {
		req = forJudge(req)
	}
	first, err := e.first(req, pipeline, model)
	if err != nil {
		return nil, err
	}
	p, err := e.plan(ctx, came, planFor(req, first), pipeline, ruleFor(model, first))
	if err != nil {
		return nil, err
	}
	p.came, p.req = came, req
	model = p.reader(model)
	r, err := e.answer(ctx, p, asked, stagesOf{model, first}, seen)
	if err == nil && req.Strict && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return r, err
}

func (e *Engine) answer(ctx context.Context, p planned, asked *api.Request, by stagesOf, seen func(*api.Response)) (*api.Response, error) {
	switch p.pipeline {
	case api.Heuristic:
		return p.response()
	case api.LLM:
		return e.judged(ctx, p, asked, by, seen)
	}
	return e.cascade(ctx, p, by, seen)
}

// stagesOf are the models of a request.
type stagesOf struct {
	model Served
	first *Served // chooses what model reads; nil = the words do
}

// cascade of one model or two.
func (e *Engine) cascade(ctx context.Context, p planned, by stagesOf, seen func(*api.Response)) (*api.Response, error) {
	c := cascade{planned: p, model: by.model, failed: e.config.Failed, seen: seen}
	if p.crowded() {
		return c.degraded(ctx, scored{}, api.ReasonOverload, tooBusy(p.req.Budget.DeadlineMS))
	}
	if by.first != nil {
		return staged{cascade: c, first: *by.first}.run(ctx)
	}
	return c.run(ctx)
}

// planFor leaves the number of documents to the last of two models: the words keep what
// is worth the first one's time.
func planFor(req *api.Request, first *Served) *api.Request {
	if first == nil {
		return req
	}
	all := *req
	all.Budget.Documents = 0
	return &all
}

func ruleFor(model Served, first *Served) heuristics.Budget {
	if first != nil {
		return first.Tuning.Rule
	}
	return model.Tuning.Rule
}

// withStrictDeadline ends a strict request when its own time is over. One that is
// not strict, and was begun in time, is served late rather than not at all.
func withStrictDeadline(ctx context.Context, req *api.Request, came time.Time) (context.Context, context.CancelFunc) {
	ms := req.Budget.DeadlineMS
	if !req.Strict || ms == 0 {
		return ctx, func() {}
	}
	cause := &api.Error{Code: api.DeadlineExceeded, Field: "budget.deadline_ms", Message: "the deadline of " + strconv.Itoa(ms) + " ms passed"}
	return context.WithDeadlineCause(ctx, came.Add(time.Duration(ms)*time.Millisecond), cause)
}

// acquire a worker. A request whose deadline passes before it has one is refused:
// nothing was done for it, and it would only make others late.
// See RATIONALE: why-a-deadline-bounds-the-wait-for-a-worker.
func (e *Engine) acquire(ctx context.Context, req *api.Request, came time.Time) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if req.Waited == 0 && e.workers.TryAcquire(1) {
		return nil // however little time is left
	}
	if deadline := deadlineOf(req, came); !deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, deadline, tooBusy(req.Budget.DeadlineMS))
		defer cancel()
	}
	if e.workers.Acquire(ctx, 1) != nil {
		return context.Cause(ctx)
	}
	runtime.Gosched()
	return nil
}

// cameAt is when a request came, as far as that was noted.
func cameAt(req *api.Request) time.Time {
	if req.Came.IsZero() {
		return time.Now()
	}
	return req.Came
}

func tooBusy(ms int) error {
	return &api.Error{
		Code: api.Overloaded, Field: "budget.deadline_ms", RetryAfter: 1,
		Message: "this server is busy: the deadline of " + strconv.Itoa(ms) + " ms passed before it could begin",
	}
}

// plan asks the heuristics as soon as a worker is free. See RATIONALE: why-a-model-holds-no-worker.
func (e *Engine) plan(ctx context.Context, came time.Time, req *api.Request, pipeline api.Pipeline, rule heuristics.Budget) (planned, error) {
	start := time.Now()
	if err := e.acquire(ctx, req, came); err != nil {
		return planned{}, err
	}
	defer e.workers.Release(1)
	began := time.Now()
	tracing.Note(ctx, tracing.Worker, start, began)
	_, span := tracing.Start(ctx, tracing.Heuristics)
	defer span.End()
	plan, err := e.config.Planner.Plan(req, pipeline, rule)
	span.Word(tracing.Pipeline, string(pipeline))
	span.Int(tracing.Documents, len(req.Documents))
	span.Int(tracing.Kept, len(plan.Kept))
	return planned{
		Plan: plan, planner: e.config.Planner, req: req, pipeline: pipeline, version: e.config.Planner.Version(),
		waited: req.Waited + began.Sub(start), took: time.Since(began), looked: map[string][]looks{},
	}, err
}

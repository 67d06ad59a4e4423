// Package rerank answers a request: it chooses the pipeline, waits for a free
// worker, asks the pipeline's Scorer, checks what it says, and writes down what
// happened.
package rerank

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"time"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/pipeline"
)

// Config of an Engine.
type Config struct {
	// Scorers by the pipeline that they serve. A pipeline without one is
	// refused with api.NoModel.
	Scorers map[api.Pipeline]Scorer
	// Models serve api.CrossEncoder and api.Cascade: the first one where a
	// request names none.
	Models []Model
	// Heuristic is the cheap half of what a model takes part in.
	Heuristic *Heuristic
	// Failed hears why a model did not answer, where the heuristics answered
	// in its place. It may be nil.
	Failed func(error)
	// Version of the heuristics, for api.Response.Scorer.
	Version string
	// Workers is the number of requests scored at once; more wait. 0 = one
	// for each processor. Models are not counted.
	Workers int
}

// Model is one that requests choose by name. A request that waits for it keeps
// no worker busy.
type Model struct {
	// Names that it goes by, at least one, none of them another model's.
	Names []string
	Pairs PairModel
	// Tuning of the model; its zero value is none.
	Tuning Tuning
}

// Engine answers requests. It is safe for concurrent use.
type Engine struct {
	config Config
	slots  chan struct{}
}

// New makes an Engine.
func New(c Config) (*Engine, error) {
	if c.Workers < 0 {
		return nil, errors.New("workers is negative")
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.Failed == nil {
		c.Failed = func(error) {}
	}
	if err := checkModels(c); err != nil {
		return nil, err
	}
	return &Engine{config: c, slots: make(chan struct{}, c.Workers)}, nil
}

// Rerank answers a valid request. An *api.Error is for the caller; when ctx is
// done the error is its cause; any other error is internal.
func (e *Engine) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	return e.Watch(ctx, req, nil)
}

// Watch is Rerank that also calls seen with what is known on the way, in the
// caller's goroutine: first the answer of the heuristics, then a better one
// after every batch of the model. A pipeline without a model, or with nothing
// else, has nothing to show. seen must not block; nil = nobody watches.
func (e *Engine) Watch(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error) {
	start := time.Now()
	scorer, err := e.scorer(req)
	if err != nil {
		return nil, err
	}
	ctx, cancel := withDeadline(ctx, req)
	defer cancel()
	j, err := judge(ctx, scorer, req, e.shown(req, start, seen))
	if err != nil {
		return nil, err
	}
	if err := check(j.Results, req); err != nil {
		return nil, fmt.Errorf("checking a judgement: %w", err)
	}
	if req.Strict && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return e.response(req, j, start), nil
}

// judge asks a Scorer, and lets it be watched if it can.
func judge(ctx context.Context, s Scorer, req *api.Request, seen func(Judgement)) (Judgement, error) {
	if w, ok := s.(Watcher); ok && seen != nil {
		return w.Watch(ctx, req, seen)
	}
	return s.Score(ctx, req)
}

// shown makes answers of judgements, for who watches.
func (e *Engine) shown(req *api.Request, start time.Time, seen func(*api.Response)) func(Judgement) {
	if seen == nil {
		return nil
	}
	return func(j Judgement) { seen(e.response(req, j, start)) }
}

// inTurn is a Scorer that waits for a worker.
type inTurn struct {
	engine *Engine
	scorer Scorer
}

// Score implements Scorer.
func (t inTurn) Score(ctx context.Context, req *api.Request) (Judgement, error) {
	start := time.Now()
	if err := t.engine.enter(ctx); err != nil {
		return Judgement{}, err
	}
	defer t.engine.leave()
	waited := time.Since(start)
	j, err := t.scorer.Score(ctx, req)
	j.Queue += waited
	return j, err
}

// withDeadline ends a strict request when its own time is over. One that is not
// strict is served late rather than not at all.
func withDeadline(ctx context.Context, req *api.Request) (context.Context, context.CancelFunc) {
	ms := req.Budget.DeadlineMS
	if !req.Strict || ms == 0 {
		return ctx, func() {}
	}
	cause := &api.Error{Code: api.DeadlineExceeded, Field: "budget.deadline_ms", Message: "the deadline of " + strconv.Itoa(ms) + " ms passed"}
	return context.WithTimeoutCause(ctx, time.Duration(ms)*time.Millisecond, cause)
}

// enter waits for a worker.
func (e *Engine) enter(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case e.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (e *Engine) leave() { <-e.slots }

func (e *Engine) response(req *api.Request, j Judgement, start time.Time) *api.Response {
	r := &api.Response{
		Results: pipeline.Place(req, j.Results), Model: j.Model, Scorer: e.config.Version,
		Language: j.Language, Stemmed: j.Stemmed, Degraded: j.Degraded, Reason: j.Reason, Usage: j.Usage,
		Calibration: j.Calibration,
	}
	if r.Model == "" {
		r.Model = api.ModelNone
	}
	r.Usage.Documents = len(req.Documents)
	r.Timings = api.Timings{
		Heuristic: milliseconds(j.Heuristic), Queue: milliseconds(j.Queue), Inference: milliseconds(j.Inference),
		Total: milliseconds(time.Since(start)),
	}
	return r
}

// milliseconds to the microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

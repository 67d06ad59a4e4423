package rerank

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// Judge is a large language model that grades the best of a cascade. It is safe
// for concurrent use.
type Judge interface {
	// Check the options of a request. An *api.Error names the field.
	Check(req *api.Request) error
	// Judge the first of results, which are in the cascade's order. It ends with
	// ctx and returns what there is by then. What it has not ended by then keeps
	// nothing of the request.
	Judge(ctx context.Context, req *api.Request, results []api.Result) Verdict
}

// Verdict of a Judge.
type Verdict struct {
	Grades []answer.Grade
	// Trust in them from 0 to 1.
	Trust float64
	Usage api.LLMUsage
	// Reason why grades are missing that were asked for, as api.ReasonDeadline;
	// "" = none is. Err says more, without any text.
	Reason string
	Err    error
}

// judged is pipeline llm: the cascade, or the heuristics where no model is loaded,
// and then the Judge. Whatever happens to it, the cascade's answer stands.
func (e *Engine) judged(ctx context.Context, p planned, req *api.Request, by stagesOf, seen func(*api.Response)) (*api.Response, error) {
	r, err := e.beforeJudge(ctx, p, req, by, seen)
	if err != nil {
		return nil, err
	}
	inTime, cancel := withDeadline(ctx, gradesDue(req, p.came))
	defer cancel()
	inTrace, span := tracing.Start(inTime, tracing.Judge)
	v := e.config.Judge.Judge(inTrace, req, r.Results)
	span.Int(tracing.Calls, v.Usage.Calls)
	span.Word(tracing.Reason, v.Reason)
	span.End()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case v.Reason != "" && req.Strict:
		return nil, v.fault()
	case v.Reason != "":
		r.Degraded, r.Reason = true, v.Reason
		if v.Err != nil && v.Reason == api.ReasonModel {
			e.config.Failed(fmt.Errorf("grading: %w", v.Err))
		}
	}
	_, span = tracing.Start(ctx, tracing.Merge)
	defer span.End()
	results := p.MergeGrades(r.Results, v.Grades, v.Trust)
	if err := answer.Check(results, len(req.Documents), req.Diversity > 0); err != nil {
		return nil, fmt.Errorf("checking an answer: %w", err)
	}
	r.Results, r.Usage.LLM = answer.Finish(req, results), &v.Usage
	r.Timings.Total = api.Milliseconds(time.Since(p.came))
	return r, nil
}

// finishing is how long before its deadline a request has its last grade: after that
// the answer is merged, checked and written.
const finishing = 10 * time.Millisecond

// gradesDue is when the Judge has to end; zero = whenever it does.
func gradesDue(req *api.Request, came time.Time) time.Time {
	deadline := deadlineOf(req, came)
	if deadline.IsZero() {
		return deadline
	}
	return deadline.Add(-min(finishing, deadline.Sub(came)/20))
}

// beforeJudge is the answer that is graded: all documents, in no order but that of
// relevance. Half of the time is left for the grades.
func (e *Engine) beforeJudge(ctx context.Context, p planned, req *api.Request, by stagesOf, seen func(*api.Response)) (*api.Response, error) {
	p.Plan = p.WithoutDiversity()
	if seen != nil {
		whole := seen
		seen = func(r *api.Response) {
			r.Results = answer.Finish(req, r.Results)
			whole(r)
		}
	}
	if by.model.Model == nil {
		return p.response()
	}
	return e.cascade(ctx, p, by, seen)
}

// forJudge is a request whose cascade answers with all documents, within half of
// its time.
func forJudge(req *api.Request) *api.Request {
	whole := *req
	whole.TopK, whole.ReturnDocuments = 0, false
	if !whole.Strict {
		whole.Budget.DeadlineMS = (whole.Budget.DeadlineMS + 1) / 2
	}
	return &whole
}

// fault is what a strict caller is told.
func (v Verdict) fault() error {
	var fault *api.Error
	switch {
	case errors.As(v.Err, &fault):
		return fault
	case v.Reason == api.ReasonDeadline:
		return &api.Error{Code: api.DeadlineExceeded, Field: "budget.deadline_ms", Message: "the time for the llm passed"}
	case v.Reason == api.ReasonOverload:
		return api.NewError(api.Overloaded, "the llm has too much to do: try again later")
	case v.Reason == api.ReasonBudget:
		return api.NewError(api.Overloaded, "the llm would cost more than this server may spend")
	}
	return fmt.Errorf("grading: %w", v.Err)
}

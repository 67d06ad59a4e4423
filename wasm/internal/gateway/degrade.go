package gateway

import (
	"context"
	"errors"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
)

// failed is what is left of a refinement after an error: the heuristics answer,
// with what the origin had said by then, or, where the caller can do something
// about it or wants no less, there is an error.
func (g *Gateway) failed(ctx context.Context, p planned, f refinement, err error) (refinement, error) {
	reason, fault := diagnosis(err)
	if isOriginFault(reason) && !errors.Is(err, context.Canceled) {
		g.config.Failed(ctx, err)
	}
	if reason == "" || p.req.Strict {
		return f, fault
	}
	f.reason = reason
	return f, nil
}

// isOriginFault reports that something is wrong with the origin: neither is it
// at work, nor the caller at fault.
func isOriginFault(reason string) bool {
	return reason == api.ReasonOrigin || reason == api.ReasonModel
}

// diagnosis says what an error of the origin's means: the reason of a degraded
// answer, "" where the caller is at fault, and what a strict caller is told.
func diagnosis(err error) (reason string, fault *api.Error) {
	var r *refusal
	switch {
	case errors.Is(err, ErrDeadline):
		return api.ReasonDeadline, &api.Error{Code: api.DeadlineExceeded, Field: "budget.deadline_ms", Message: ErrDeadline.Error()}
	case errors.As(err, &r) && r.fault != nil:
		return reasonOf(r.fault), publicError(r.fault)
	}
	return api.ReasonOrigin, broken()
}

func broken() *api.Error {
	return api.NewError(api.OriginFailed, "the server behind this edge did not answer as it should")
}

// reasonOf an error that the origin sent.
func reasonOf(fault *api.Error) string {
	switch fault.Code {
	case api.Overloaded:
		return api.ReasonOverload
	case api.DeadlineExceeded:
		return api.ReasonDeadline
	case api.NoModel, api.UnknownPipeline:
		return api.ReasonModel
	case api.UnknownModel, api.UnknownLanguage, api.UnknownTruncation, api.OutOfRange, api.TooLong, api.DocumentsTooLarge, api.TooManyDocuments:
		return ""
	}
	return api.ReasonOrigin
}

// publicError is an error of the origin's in the edge's words where it is between
// the two of them. A field of a document's is left out: they are counted anew here.
func publicError(fault *api.Error) *api.Error {
	if reasonOf(fault) == api.ReasonOrigin {
		return broken()
	}
	e := *fault
	if e.Code.Status() >= 500 || e.Code.Status() == 429 || !ownField(e.Field) {
		e.Field = ""
	}
	return &e
}

// ownField reports that a field of the question is one of the caller's.
func ownField(field string) bool {
	return field == "query" || field == "language" || field == "model" || field == "pipeline" || field == "documents" ||
		field == "budget.documents" || field == "budget.tokens" || strings.HasPrefix(field, "truncation")
}

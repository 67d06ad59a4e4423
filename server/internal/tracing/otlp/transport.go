package otlp

import (
	"net/http"
	"strconv"

	"go.opentelemetry.io/otel/propagation"

	"github.com/splitrank/splitrank/server/internal/tracing"
)

// Transport notes every call of another server as a span of its own, and hands the
// trace on to it in the headers of W3C Trace Context. Without a trace in a request's
// context the request goes out as it is. It is for servers of the operator's own:
// see RATIONALE: why-traces-do-not-follow-to-an-llm.
func Transport(behind http.RoundTripper) http.RoundTripper { return transport{behind} }

type transport struct{ behind http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, span := tracing.StartCall(r.Context(), r.Method)
	if !span.Recording() {
		return t.behind.RoundTrip(r)
	}
	defer span.End()
	describe(span, r)
	r = r.Clone(ctx)
	propagation.TraceContext{}.Inject(ctx, propagation.HeaderCarrier(r.Header))
	answer, err := t.behind.RoundTrip(r)
	switch {
	case err != nil:
		span.Fail("connection")
	default:
		span.Int(tracing.Status, answer.StatusCode)
		if answer.StatusCode >= 400 {
			span.Fail(strconv.Itoa(answer.StatusCode))
		}
	}
	return answer, err
}

// describe where a call goes; a path or a query may hold what is nobody's business.
func describe(span tracing.Span, r *http.Request) {
	span.Word(tracing.Method, r.Method)
	span.Word(tracing.ServerAddress, r.URL.Hostname())
	if port, err := strconv.Atoi(r.URL.Port()); err == nil {
		span.Int(tracing.ServerPort, port)
	}
}

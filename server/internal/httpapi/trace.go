package httpapi

import (
	"net/http"
	"strconv"

	"github.com/splitrank/splitrank/server/internal/tracing"
)

// traced begins the span of a request, if there is somebody to send it to. What only
// reads, such as probes, the page and /metrics, is not traced.
func (s *Server) traced(r *http.Request) (*http.Request, tracing.Span) {
	if s.config.Trace == nil || r.Method != http.MethodPost && r.Method != http.MethodDelete {
		return r, tracing.Span{}
	}
	ctx, span := s.config.Trace(r.Context(), r.Header)
	if !span.Recording() {
		return r, span
	}
	return r.WithContext(ctx), span
}

// tell a span what became of its request. An answer below 500 is no failure of this
// server's: see OpenTelemetry's conventions for HTTP.
func tell(span tracing.Span, r *http.Request, route string, status int) {
	if !span.Recording() {
		return
	}
	span.Rename(r.Method + " " + route)
	span.Word(tracing.Method, r.Method)
	span.Word(tracing.Route, route)
	span.Word(tracing.Scheme, scheme(r))
	span.Word(tracing.Protocol, strconv.Itoa(r.ProtoMajor)+"."+strconv.Itoa(r.ProtoMinor))
	span.Int(tracing.Status, status)
	rec := recordOf(r.Context())
	span.Word(tracing.Code, string(rec.code))
	span.Int(tracing.Documents, rec.documents)
	if rec.requests > 0 {
		span.Int(tracing.Requests, rec.requests)
	}
	span.Bool(tracing.Degraded, rec.degraded)
	span.Word(tracing.Reason, rec.reason)
	if status >= http.StatusInternalServerError {
		span.Fail(strconv.Itoa(status))
	}
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

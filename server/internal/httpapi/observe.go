package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/api"
)

// observe counts and logs every request once it is answered.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		r, span := s.traced(r)
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			route, status, took := route(r), statusOf(ww), time.Since(start)
			tell(span, r, route, status)
			s.metrics.observe(route, status, took, tracing.TraceID(r.Context()))
			s.log(r, route, status, ww.BytesWritten(), took)
			span.End()
		}()
		next.ServeHTTP(ww, r)
	})
}

// route is the pattern that matched: a path would be the caller's own words.
func route(r *http.Request) string {
	if pattern := chi.RouteContext(r.Context()).RoutePattern(); pattern != "" {
		return pattern
	}
	return "unmatched"
}

func statusOf(w middleware.WrapResponseWriter) int {
	if w.Status() == 0 {
		return http.StatusOK
	}
	return w.Status()
}

func (s *Server) log(r *http.Request, route string, status, bytes int, took time.Duration) {
	rec := recordOf(r.Context())
	attrs := []slog.Attr{
		slog.String("request_id", rec.id), slog.String("client", rec.address.String()), slog.String("method", method(r)), slog.String("route", route),
		slog.Int("status", status), slog.Int("bytes", bytes),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000),
	}
	if trace := tracing.TraceID(r.Context()); trace != "" {
		attrs = append(attrs, slog.String("trace_id", trace))
	}
	if rec.key != "" {
		attrs = append(attrs, slog.String("key", rec.key))
	}
	if rec.code != "" {
		attrs = append(attrs, slog.String("code", string(rec.code)))
	}
	if rec.requests > 0 {
		attrs = append(attrs, slog.Int("requests", rec.requests))
	}
	if rec.documents > 0 {
		attrs = append(attrs, slog.Int("documents", rec.documents), slog.Bool("degraded", rec.degraded))
	}
	s.config.Log.LogAttrs(context.WithoutCancel(r.Context()), level(route, status, rec.code), "request", attrs...)
}

// level keeps the questions of load balancers and scrapers out of the log. To run
// without a model, or to shut down, is what the operator chose and no error.
func level(route string, status int, code api.Code) slog.Level {
	switch {
	case code == api.NoModel || code == api.ShuttingDown:
		return slog.LevelInfo
	case status >= 500:
		return slog.LevelError
	case status < 400 && isProbe(route):
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// isProbe reports a path that machines ask all the time.
func isProbe(route string) bool {
	return route == "/healthz" || route == "/readyz" || route == "/ping" || route == "/metrics"
}

// method is one of the known ones: a caller may make up others.
func method(r *http.Request) string {
	for _, m := range methods() {
		if r.Method == m {
			return m
		}
	}
	return "other"
}

func methods() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}
}

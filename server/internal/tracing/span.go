// Package tracing notes what is done for a request, and how long it takes, as spans
// of OpenTelemetry. The trace travels in the context: where the context has none,
// because nobody wants traces or this request is not sampled, nothing is noted, and
// that costs a look into the context. Spans hold counts and words of this program,
// never a text, a key, an address or an id of a caller's.
// See RATIONALE: why-spans-hold-no-texts.
package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// scope is what spans say they were made by.
const scope = "github.com/splitrank/splitrank"

// Span is a piece of work. The zero value notes nothing. It belongs to one goroutine.
type Span struct{ span trace.Span }

// Begin begins the first span of a request on this server, in the trace of ctx if
// there is one. Others begin by Start.
func Begin(ctx context.Context, by trace.TracerProvider, name string) (context.Context, Span) {
	ctx, span := by.Tracer(scope).Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer))
	if !span.IsRecording() {
		return ctx, Span{}
	}
	return ctx, Span{span}
}

// Start begins a span within that of ctx.
func Start(ctx context.Context, name string) (context.Context, Span) {
	return start(ctx, name)
}

// StartCall is Start for a call of another server.
func StartCall(ctx context.Context, name string) (context.Context, Span) {
	if !On(ctx) {
		return ctx, Span{}
	}
	return start(ctx, name, trace.WithSpanKind(trace.SpanKindClient))
}

func start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, Span) {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return ctx, Span{}
	}
	ctx, span := parent.TracerProvider().Tracer(scope).Start(ctx, name, options...)
	return ctx, Span{span}
}

// Note notes a span that is over.
func Note(ctx context.Context, name string, from, to time.Time) {
	if !On(ctx) {
		return
	}
	_, s := start(ctx, name, trace.WithTimestamp(from))
	s.span.End(trace.WithTimestamp(to))
}

// On reports that something is noted for the request of ctx.
func On(ctx context.Context) bool { return trace.SpanFromContext(ctx).IsRecording() }

// TraceID is the trace that the request of ctx is noted in; "" = it is not.
func TraceID(ctx context.Context) string {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() || !span.SpanContext().IsSampled() {
		return ""
	}
	return span.SpanContext().TraceID().String()
}

// Recording reports that the span is noted.
func (s Span) Recording() bool { return s.span != nil }

// Rename a span whose name was not known when it began.
func (s Span) Rename(name string) {
	if s.span != nil {
		s.span.SetName(name)
	}
}

// Int notes a number.
func (s Span) Int(key string, n int) {
	if s.span != nil {
		s.span.SetAttributes(attribute.Int(key, n))
	}
}

// Bool notes what is true or false.
func (s Span) Bool(key string, b bool) {
	if s.span != nil {
		s.span.SetAttributes(attribute.Bool(key, b))
	}
}

// Word notes a word of this program or of its operator's; "" is not noted.
func (s Span) Word(key, word string) {
	if s.span != nil && word != "" {
		s.span.SetAttributes(attribute.String(key, word))
	}
}

// Fail says that the work failed, and of what kind: a word, because the text of an error
// may hold a caller's.
func (s Span) Fail(kind string) {
	if s.span != nil {
		s.span.SetAttributes(attribute.String(ErrorType, kind))
		s.span.SetStatus(codes.Error, "")
	}
}

// End ends the span. Ending it again does nothing.
func (s Span) End() {
	if s.span != nil {
		s.span.End()
	}
}

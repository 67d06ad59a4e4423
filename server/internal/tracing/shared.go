package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// Shared is one piece of work for several requests: each that is traced has a span of
// it in its own trace, linked to the others. The zero value is for nobody.
// See RATIONALE: why-each-request-has-the-run.
type Shared struct {
	parents []context.Context
	spans   []Span
}

// Add the request of ctx.
func (s *Shared) Add(ctx context.Context) {
	if On(ctx) {
		s.parents = append(s.parents, ctx)
	}
}

// Start begins the spans. What is returned is ctx within the first of them.
func (s *Shared) Start(ctx context.Context, name string, from time.Time) context.Context {
	for i, parent := range s.parents {
		_, span := start(parent, name, trace.WithTimestamp(from), trace.WithLinks(s.others(i)...))
		s.spans = append(s.spans, span)
	}
	if len(s.spans) == 0 {
		return ctx
	}
	return trace.ContextWithSpan(ctx, s.spans[0].span)
}

func (s *Shared) others(than int) (links []trace.Link) {
	for i, parent := range s.parents {
		if i != than {
			links = append(links, trace.LinkFromContext(parent))
		}
	}
	return links
}

// Int notes a number on all.
func (s *Shared) Int(key string, n int) {
	for _, span := range s.spans {
		span.Int(key, n)
	}
}

// End ends all; kind is that of an error, "" = none.
func (s *Shared) End(kind string) {
	for _, span := range s.spans {
		if kind != "" {
			span.Fail(kind)
		}
		span.End()
	}
}

// TraceID is the trace of one of the requests; "" = none is traced.
func (s *Shared) TraceID() string {
	for _, parent := range s.parents {
		if id := TraceID(parent); id != "" {
			return id
		}
	}
	return ""
}

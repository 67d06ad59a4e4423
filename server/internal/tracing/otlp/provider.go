package otlp

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/wire"
)

// Provider makes spans and sends them. A nil one does nothing. It is safe for
// concurrent use.
type Provider struct {
	sdk     *trace.TracerProvider
	sender  *sender
	options Options
}

// Open makes a Provider, nil where no traces are wanted. Nothing is sent yet, so that
// a collector that is away is no error.
func Open(o Options) (*Provider, error) {
	if !o.wanted() {
		return nil, nil
	}
	if err := o.Check(); err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	if o.FlushTimeout == 0 {
		o.FlushTimeout = defaultFlushTimeout
	}
	if o.Changed == nil {
		o.Changed = func(error) {}
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {})) // the sender tells
	exporter, err := otlptracehttp.New(context.Background(), o.client()...)
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	about, err := o.resource()
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	p := &Provider{sender: newSender(exporter, o.Changed), options: o}
	p.sdk = trace.NewTracerProvider(append(o.sampling(), trace.WithSpanProcessor(p.sender), trace.WithResource(about))...)
	return p, nil
}

func (o Options) client() []otlptracehttp.Option {
	if o.Endpoint == "" {
		return nil
	}
	return []otlptracehttp.Option{otlptracehttp.WithEndpointURL(strings.TrimSuffix(o.Endpoint, "/") + "/v1/traces")}
}

// sampling by the flag; without it the SDK reads the environment.
func (o Options) sampling() []trace.TracerProviderOption {
	if o.Ratio == nil {
		return nil
	}
	return []trace.TracerProviderOption{trace.WithSampler(trace.ParentBased(trace.TraceIDRatioBased(*o.Ratio)))}
}

// resource is what spans say of this process. The environment has the last word.
func (o Options) resource() (*resource.Resource, error) {
	return resource.New(context.Background(),
		resource.WithAttributes(attribute.String("service.name", "splitrank"), attribute.String("service.version", o.Version)),
		resource.WithTelemetrySDK(), resource.WithHost(), resource.WithFromEnv())
}

// Begin begins the span of a request, in the trace that its headers name.
func (p *Provider) Begin(ctx context.Context, h http.Header) (context.Context, tracing.Span) {
	if p == nil {
		return ctx, tracing.Span{}
	}
	return tracing.Begin(inTraceOf(ctx, h), p.sdk, "request")
}

// inTraceOf the headers of a request, if they are as they should be.
func inTraceOf(ctx context.Context, h http.Header) context.Context {
	parent, state := wire.Trace(h)
	if parent == "" {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": parent, "tracestate": state})
}

// Counts of spans so far.
func (p *Provider) Counts() Counts { return p.sender.counts() }

// Close sends what is left, as far as it is taken in time.
func (p *Provider) Close() error {
	if p == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), p.options.FlushTimeout)
	defer cancel()
	if err := p.sdk.Shutdown(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("sending the last traces: %w", err)
	}
	return nil
}

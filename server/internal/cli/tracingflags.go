package cli

import (
	"fmt"
	"log/slog"

	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/tracing/otlp"
)

// tracingFlags say where traces go. What they leave open the standard's OTEL_ variables
// say.
type tracingFlags struct {
	OTLPEndpoint string  `name:"otlp-endpoint" secret:"password" placeholder:"URL" help:"Collector that traces are sent to by OTLP over HTTP, such as http://localhost:4318; the same as OTEL_EXPORTER_OTLP_ENDPOINT, beside which the other OTEL_ variables count. Spans hold no texts (default: none, nothing is traced)."`
	TraceRatio   float64 `placeholder:"0-1" default:"-1" help:"Share of the requests that are traced, of those whose caller does not say in a traceparent header (default: as OTEL_TRACES_SAMPLER says, else all)."`
}

// ratio that is set; nil = none.
func (f tracingFlags) ratio() *float64 {
	if f.TraceRatio == -1 {
		return nil
	}
	return &f.TraceRatio
}

// Validate refuses what could not be sent, or sampled.
func (f tracingFlags) Validate() error {
	switch {
	case f.TraceRatio != -1 && !(f.TraceRatio >= 0 && f.TraceRatio <= 1):
		return fmt.Errorf("--trace-ratio %v: want 0 to 1", f.TraceRatio)
	case f.OTLPEndpoint == "" && isSet("SPLITRANK_OTLP_ENDPOINT"):
		return fmt.Errorf("SPLITRANK_OTLP_ENDPOINT is set and empty: name the collector, or leave it unset")
	}
	return f.export(nil).Check()
}

func (f tracingFlags) export(log *slog.Logger) otlp.Options {
	return otlp.Options{Endpoint: f.OTLPEndpoint, Ratio: f.ratio(), Version: thisBuild().Version, Changed: tellTraces(log)}
}

// open a provider of spans, nil where nobody wants them.
func (f tracingFlags) openTraces(log *slog.Logger) (*otlp.Provider, error) {
	p, err := otlp.Open(f.export(log))
	if p != nil {
		log.Info("requests are traced")
	}
	return p, err
}

func tellTraces(log *slog.Logger) func(error) {
	return func(err error) {
		if err != nil {
			log.Warn("the collector takes no traces: going on without", slog.String("error", err.Error()))
		} else {
			log.Info("the collector takes traces again")
		}
	}
}

// traced has a server traced.
func traced(c *httpapi.Config, p *otlp.Provider) {
	if p == nil {
		return
	}
	c.Trace = p.Begin
	c.Traces = func() httpapi.TracesState { return httpapi.TracesState(p.Counts()) }
}

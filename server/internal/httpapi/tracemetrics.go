package httpapi

import "github.com/prometheus/client_golang/prometheus"

// TracesState counts the spans of traces.
type TracesState struct{ Sent, Failed, Dropped, Waiting int64 }

// traceFigures are made of a state when they are asked for.
func traceFigures(state func() TracesState) []prometheus.Collector {
	counter := func(result string, read func(TracesState) int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "splitrank_trace_spans_total", Help: "Spans of traces, by what became of them: sent, failed (the collector did not take them) or dropped (too many waited).",
			ConstLabels: prometheus.Labels{"result": result},
		}, func() float64 { return float64(read(state())) })
	}
	return []prometheus.Collector{
		counter("sent", func(s TracesState) int64 { return s.Sent }),
		counter("failed", func(s TracesState) int64 { return s.Failed }),
		counter("dropped", func(s TracesState) int64 { return s.Dropped }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "splitrank_trace_spans_waiting", Help: "Spans that wait to be sent.",
		}, func() float64 { return float64(state().Waiting) }),
	}
}

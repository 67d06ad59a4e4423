package httpapi

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// LLMMetrics are the figures of the large language model, labelled with its name.
// Whoever asks it feeds them; a Server that has them in its Config shows them at
// /metrics. They are safe for concurrent use.
type LLMMetrics struct {
	model                              string
	state                              func() LLMState
	calls, tokens, requests, documents *prometheus.CounterVec
	cost                               prometheus.Counter // nil = the price is not known
	duration                           prometheus.Histogram
}

// LLMState is what is known of the model at one moment.
type LLMState struct {
	Away          bool    // its circuit breaker is open, or it asked to be left alone
	Spent, PerDay float64 // today, in dollars; the bound for it, 0 = none
	// Trust in its grades from 0 to 1; nil = not known yet.
	Trust *float64
	// Cache of its grades; nil = there is none.
	Cache *LLMCacheState
}

// LLMCall is one call that was sent.
type LLMCall struct {
	Outcome               string
	Took                  time.Duration
	Input, Cached, Output int      // tokens
	Cost                  *float64 // in dollars; nil = not known
}

// LLMRequest is one request whose documents were to be graded.
type LLMRequest struct {
	Outcome          string
	Graded, Unscored int // documents
}

const llmPrefix = "splitrank_llm_"

// NewLLMMetrics returns figures of a model without any call yet. Outcomes of calls
// and of requests are shown as 0 until there is one.
func NewLLMMetrics(model string, priced bool, callOutcomes, requestOutcomes []string, state func() LLMState) *LLMMetrics {
	of := prometheus.Labels{"model": model}
	m := &LLMMetrics{
		model: model, state: state,
		calls:     llmCounter(of, "calls_total", "Calls that were sent to the llm, by what came of them; ok is an answer, whatever it says.", "outcome"),
		tokens:    llmCounter(of, "tokens_total", "Tokens of those calls: input that was read, cached input, output.", "kind"),
		requests:  llmCounter(of, "requests_total", "Requests whose documents were to be graded, by what came of them.", "outcome"),
		documents: llmCounter(of, "documents_total", "Documents that were to be graded: graded, or unscored.", "outcome"),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: llmPrefix + "call_duration_seconds", Help: "Time that a call took, tries apart.", ConstLabels: of,
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60},
		}),
	}
	if priced {
		m.cost = prometheus.NewCounter(prometheus.CounterOpts{Name: llmPrefix + "cost_dollars_total", Help: "What those calls cost, by the price list.", ConstLabels: of})
	}
	m.zero(callOutcomes, requestOutcomes)
	return m
}

func llmCounter(of prometheus.Labels, name, help, label string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: llmPrefix + name, Help: help, ConstLabels: of}, []string{label})
}

// zero shows every counter before there is something to count.
func (m *LLMMetrics) zero(callOutcomes, requestOutcomes []string) {
	for c, labels := range map[*prometheus.CounterVec][]string{
		m.calls: callOutcomes, m.requests: requestOutcomes, m.tokens: {"input", "cached", "output"}, m.documents: {"graded", "unscored"},
	} {
		for _, label := range labels {
			c.WithLabelValues(label)
		}
	}
}

// Called counts a call.
func (m *LLMMetrics) Called(c LLMCall) {
	m.calls.WithLabelValues(c.Outcome).Inc()
	m.duration.Observe(c.Took.Seconds())
	m.tokens.WithLabelValues("input").Add(float64(c.Input))
	m.tokens.WithLabelValues("cached").Add(float64(c.Cached))
	m.tokens.WithLabelValues("output").Add(float64(c.Output))
	if m.cost != nil && c.Cost != nil {
		m.cost.Add(*c.Cost)
	}
}

// Judged counts a request.
func (m *LLMMetrics) Judged(r LLMRequest) {
	m.requests.WithLabelValues(r.Outcome).Inc()
	m.documents.WithLabelValues("graded").Add(float64(r.Graded))
	m.documents.WithLabelValues("unscored").Add(float64(r.Unscored))
}

// register adds everything to a registry.
func (m *LLMMetrics) register(to *prometheus.Registry) {
	to.MustRegister(m.calls, m.tokens, m.requests, m.documents, m.duration, llmCollector{m})
	if m.cost != nil {
		to.MustRegister(m.cost)
	}
}

// llmFigure shows one number of an LLMState, nil = not now.
type llmFigure struct {
	name, help string
	kind       prometheus.ValueType
	level      string // "" = no such label
	of         func(LLMState) *float64
}

func llmFigures() []llmFigure {
	return append([]llmFigure{
		{"breaker_open", "1 while the circuit breaker is open, or the llm asked for a pause, and no call is sent.", prometheus.GaugeValue, "", func(s LLMState) *float64 { return new(indicator(s.Away)) }},
		{"day_cost_dollars", "What today's calls (UTC) cost, reservations included; of all servers where they share a Redis and a bound.", prometheus.GaugeValue, "", func(s LLMState) *float64 { return &s.Spent }},
		{"day_limit_dollars", "What they may cost; 0 is no bound.", prometheus.GaugeValue, "", func(s LLMState) *float64 { return &s.PerDay }},
		{"trust", "How far its grades are believed, 0 to 1, once it was examined.", prometheus.GaugeValue, "", func(s LLMState) *float64 { return s.Trust }},
	}, llmCacheFigures()...)
}

// llmCollector asks for the state when it is asked.
type llmCollector struct{ metrics *LLMMetrics }

func (c llmCollector) desc(f llmFigure) *prometheus.Desc {
	labels := prometheus.Labels{"model": c.metrics.model}
	if f.level != "" {
		labels["level"] = f.level
	}
	return prometheus.NewDesc(llmPrefix+f.name, f.help, nil, labels)
}

// Describe implements prometheus.Collector.
func (c llmCollector) Describe(to chan<- *prometheus.Desc) {
	for _, f := range llmFigures() {
		to <- c.desc(f)
	}
}

// Collect implements prometheus.Collector.
func (c llmCollector) Collect(to chan<- prometheus.Metric) {
	s := c.metrics.state()
	for _, f := range llmFigures() {
		if v := f.of(s); v != nil {
			to <- prometheus.MustNewConstMetric(c.desc(f), f.kind, *v)
		}
	}
}

package httpapi

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// RemoteMetrics are the figures of backends that are asked for scores, each labelled
// with its model and its address. Whoever asks them feeds it; a Server
// shows it with its ModelMetrics. It is safe for concurrent use.
type RemoteMetrics struct {
	duration                   *prometheus.HistogramVec
	requests, failures, hedges *prometheus.CounterVec

	mu     sync.Mutex
	states map[string]func() []BackendState
}

// BackendState is a backend at one moment.
type BackendState struct {
	Name     string
	InFlight int
	// Ready says that it serves the model; Open that it is left alone after failures.
	Ready, Open bool
}

// remotePrefix of the names.
const remotePrefix = "splitrank_remote_"

// NewRemoteMetrics returns figures of no backend yet.
func NewRemoteMetrics() *RemoteMetrics {
	return &RemoteMetrics{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: remotePrefix + "request_duration_seconds", Help: "Time until a backend had answered with scores.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"model", "backend"}),
		requests: remoteCounter("requests_total", "Requests that a backend was sent, hedges included."),
		failures: remoteCounter("failures_total", "Those that brought no scores, by reason.", "reason"),
		hedges:   remoteCounter("hedges_total", "Requests sent to a second backend because the first was later than nearly all."),
		states:   map[string]func() []BackendState{},
	}
}

func remoteCounter(name, help string, more ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: remotePrefix + name, Help: help}, append([]string{"model", "backend"}, more...))
}

// Asked counts a request; reason is "" where it brought scores.
func (m *RemoteMetrics) Asked(model, backend string, took time.Duration, reason string) {
	m.requests.WithLabelValues(model, backend).Inc()
	if reason == "" {
		m.duration.WithLabelValues(model, backend).Observe(took.Seconds())
	} else {
		m.failures.WithLabelValues(model, backend, reason).Inc()
	}
}

// Hedged counts a request to a second backend.
func (m *RemoteMetrics) Hedged(model, backend string) {
	m.hedges.WithLabelValues(model, backend).Inc()
}

// Watch shows the states of a model's backends from now on, and their counters as 0
// until there is something to count.
func (m *RemoteMetrics) Watch(model string, states func() []BackendState) {
	m.mu.Lock()
	m.states[model] = states
	m.mu.Unlock()
	for _, s := range states() {
		m.requests.WithLabelValues(model, s.Name)
		m.hedges.WithLabelValues(model, s.Name)
	}
}

func (m *RemoteMetrics) register(to *prometheus.Registry) {
	to.MustRegister(m.duration, m.requests, m.failures, m.hedges, backendCollector{m})
}

// backendGauge shows one number of a BackendState.
type backendGauge struct {
	name, help string
	of         func(BackendState) float64
}

func backendGauges() []backendGauge {
	return []backendGauge{
		{"in_flight", "Requests that a backend is being asked.", func(s BackendState) float64 { return float64(s.InFlight) }},
		{"ready", "1 where a backend serves the model.", func(s BackendState) float64 { return indicator(s.Ready) }},
		{"breaker_open", "1 while a backend is left alone after failures.", func(s BackendState) float64 { return indicator(s.Open) }},
	}
}

func (g backendGauge) desc() *prometheus.Desc {
	return prometheus.NewDesc(remotePrefix+g.name, g.help, []string{"model", "backend"}, nil)
}

// backendCollector asks for the states when it is asked.
type backendCollector struct{ metrics *RemoteMetrics }

// Describe implements prometheus.Collector.
func (c backendCollector) Describe(to chan<- *prometheus.Desc) {
	for _, g := range backendGauges() {
		to <- g.desc()
	}
}

// Collect implements prometheus.Collector.
func (c backendCollector) Collect(to chan<- prometheus.Metric) {
	c.metrics.mu.Lock()
	defer c.metrics.mu.Unlock()
	for model, states := range c.metrics.states {
		for _, s := range states() {
			for _, g := range backendGauges() {
				to <- prometheus.MustNewConstMetric(g.desc(), prometheus.GaugeValue, g.of(s), model, s.Name)
			}
		}
	}
}

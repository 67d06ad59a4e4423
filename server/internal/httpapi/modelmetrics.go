package httpapi

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// ModelMetrics are the figures of models and of the queues before them, each
// labelled with the name of its model. Whoever runs the models feeds them; a
// Server that has them in its Config shows them at /metrics. They are safe for
// concurrent use. See RATIONALE: why-httpapi-keeps-the-models-figures.
type ModelMetrics struct {
	pairs, inference, queue       *prometheus.HistogramVec
	tokens, padding, failed       *prometheus.CounterVec
	refused, truncated, documents *prometheus.CounterVec

	remote *RemoteMetrics

	mu     sync.Mutex
	states map[string]func() ModelState
}

// ModelRun is one batch that a model ran.
type ModelRun struct {
	Pairs          int
	Tokens, Padded int // without padding and with it
	Took           time.Duration
	Failed         bool   // or cancelled: nobody has its scores
	Trace          string // the id of the trace of one of its requests; "" = none is traced
}

// ModelRequest is one request that has all its scores.
type ModelRequest struct {
	Documents, Truncated int
	Queue                time.Duration // until the first pair ran
	Trace                string        // the id of its trace; "" = it is not traced
}

// NewModelMetrics returns figures of no model yet.
func NewModelMetrics() *ModelMetrics {
	return &ModelMetrics{
		pairs: modelHistogram("batch_pairs", "Pairs in a batch that the model ran.",
			[]float64{1, 2, 4, 8, 16, 32, 64, 128}),
		inference: modelHistogram("inference_seconds", "Time that the model took for a batch.",
			[]float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}),
		queue: modelHistogram("queue_seconds", "Time that a request waited until the first of its pairs ran.",
			[]float64{.0001, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}),
		tokens:    modelCounter("tokens_total", "Tokens that the model ran, special ones included and padding not."),
		padding:   modelCounter("padding_tokens_total", "Tokens of padding that the model ran beside them."),
		failed:    modelCounter("batches_failed_total", "Batches that failed or were cancelled; the other figures of batches leave them out."),
		refused:   modelCounter("requests_refused_total", "Requests refused because the queue was full."),
		truncated: modelCounter("documents_truncated_total", "Documents scored of which the model did not see everything."),
		documents: modelCounter("documents_total", "Documents scored."),
		remote:    NewRemoteMetrics(),
		states:    map[string]func() ModelState{},
	}
}

const modelPrefix = "splitrank_model_"

func modelHistogram(name, help string, buckets []float64) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: modelPrefix + name, Help: help, Buckets: buckets}, []string{"model"})
}

func modelCounter(name, help string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: modelPrefix + name, Help: help}, []string{"model"})
}

// Watch shows the state of a model's queue from now on, and its counters as 0
// until there is something to count.
func (m *ModelMetrics) Watch(model string, state func() ModelState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.states[model] = state
	for _, c := range m.counters() {
		c.WithLabelValues(model)
	}
}

// Ran counts a batch.
func (m *ModelMetrics) Ran(model string, r ModelRun) {
	if r.Failed {
		m.failed.WithLabelValues(model).Inc()
		return
	}
	m.pairs.WithLabelValues(model).Observe(float64(r.Pairs))
	observe(m.inference.WithLabelValues(model), r.Took, r.Trace)
	m.tokens.WithLabelValues(model).Add(float64(r.Tokens))
	m.padding.WithLabelValues(model).Add(float64(r.Padded - r.Tokens))
}

// Scored counts a request that was answered.
func (m *ModelMetrics) Scored(model string, r ModelRequest) {
	observe(m.queue.WithLabelValues(model), r.Queue, r.Trace)
	m.documents.WithLabelValues(model).Add(float64(r.Documents))
	m.truncated.WithLabelValues(model).Add(float64(r.Truncated))
}

// Refused counts a request that found the queue full.
func (m *ModelMetrics) Refused(model string) { m.refused.WithLabelValues(model).Inc() }

func (m *ModelMetrics) counters() []*prometheus.CounterVec {
	return []*prometheus.CounterVec{m.tokens, m.padding, m.failed, m.refused, m.truncated, m.documents}
}

// Remote are the figures of the backends of remote models.
func (m *ModelMetrics) Remote() *RemoteMetrics { return m.remote }

// register adds everything to a registry.
func (m *ModelMetrics) register(to *prometheus.Registry) {
	to.MustRegister(m.pairs, m.inference, m.queue, stateCollector{m})
	for _, c := range m.counters() {
		to.MustRegister(c)
	}
	m.remote.register(to)
}

package httpapi

import "github.com/prometheus/client_golang/prometheus"

// ModelState is a queue at one moment.
type ModelState struct {
	Requests      int // that have not all their scores
	Pairs, Tokens int // that wait
	Running       int // batches
}

// modelGauge shows one number of a ModelState.
type modelGauge struct {
	name, help string
	of         func(ModelState) int
}

func modelGauges() []modelGauge {
	return []modelGauge{
		{"requests", "Requests in the queue that have not all their scores.", func(s ModelState) int { return s.Requests }},
		{"pairs_waiting", "Pairs that wait to be run.", func(s ModelState) int { return s.Pairs }},
		{"tokens_waiting", "Tokens of the pairs that wait.", func(s ModelState) int { return s.Tokens }},
		{"batches_running", "Batches that are being run.", func(s ModelState) int { return s.Running }},
	}
}

func (g modelGauge) desc() *prometheus.Desc {
	return prometheus.NewDesc(modelPrefix+g.name, g.help, []string{"model"}, nil)
}

// stateCollector asks the queues when it is asked.
type stateCollector struct{ metrics *ModelMetrics }

// Describe implements prometheus.Collector.
func (c stateCollector) Describe(to chan<- *prometheus.Desc) {
	for _, g := range modelGauges() {
		to <- g.desc()
	}
}

// Collect implements prometheus.Collector.
func (c stateCollector) Collect(to chan<- prometheus.Metric) {
	c.metrics.mu.Lock()
	defer c.metrics.mu.Unlock()
	for model, state := range c.metrics.states {
		s := state()
		for _, g := range modelGauges() {
			to <- prometheus.MustNewConstMetric(g.desc(), prometheus.GaugeValue, float64(g.of(s)), model)
		}
	}
}

package httpapi

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/splitrank/splitrank/shared/wire"
)

// metrics of one Server, in a registry of its own.
type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	duration  *prometheus.HistogramVec
	documents prometheus.Histogram
	inFlight  prometheus.Gauge
	refused   prometheus.Counter
	degraded  *prometheus.CounterVec
	events    *prometheus.CounterVec

	acceptErrors, turnedAway, keysRefused prometheus.Counter
}

// newMetrics takes in those of the models and of the cache, where there are any.
func newMetrics(c Config, memory *wire.Budget, open *connections, background *background) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "splitrank_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "splitrank_http_request_duration_seconds", Help: "Time from the headers of a request to its answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
		documents: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "splitrank_request_documents", Help: "Documents in a request, or in each request of a batch.",
			Buckets: []float64{1, 5, 10, 20, 30, 50, 100, 200, 500, 1000},
		}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "splitrank_http_requests_in_flight", Help: "Requests that are being served.",
		}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "splitrank_http_requests_refused_total", Help: "Requests refused because too many were in flight, or because their memory was all taken.",
		}),
		acceptErrors: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "splitrank_http_accept_errors_total", Help: "Connections that could not be accepted, as for want of file descriptors.",
		}),
		keysRefused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "splitrank_http_keys_refused_total", Help: "Requests refused for want of a known key.",
		}),
		turnedAway: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "splitrank_http_connections_closed_total", Help: "Connections without a request that were closed to make room for new ones.",
		}),
		degraded: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "splitrank_answers_degraded_total", Help: "Answers that were less than was asked for, by reason.",
		}, []string{"reason"}),
	}
	m.events = newEventCounter()
	m.registry.MustRegister(m.events, m.requests, m.duration, m.documents, m.inFlight, m.refused, m.degraded, buildInfo(c.Version, c.Scorer), heldBytes(memory), openConnections(open), m.acceptErrors, m.turnedAway, m.keysRefused,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if c.Models != nil {
		c.Models.register(m.registry)
	}
	if c.LLM != nil {
		c.LLM.register(m.registry)
	}
	if c.QueryLog != nil {
		m.registry.MustRegister(logFigures(c.QueryLog)...)
	}
	if c.Traces != nil {
		m.registry.MustRegister(traceFigures(c.Traces)...)
	}
	if c.Cache != nil {
		m.registry.MustRegister(cacheCollector{c.Cache})
	}
	if c.Vectors != nil {
		m.registry.MustRegister(vectorsCollector{c.Vectors, background.stats})
	}
	return m
}

func openConnections(open *connections) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "splitrank_http_connections", Help: "Connections that are open.",
	}, func() float64 { return float64(open.count()) })
}

func heldBytes(memory *wire.Budget) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "splitrank_http_in_flight_bytes", Help: "Memory that the requests in flight and their answers are counted as.",
	}, func() float64 { return float64(memory.Held()) })
}

func buildInfo(version, scorer string) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "splitrank_build_info", Help: "1, labelled with what runs.",
		ConstLabels: prometheus.Labels{"version": version, "scorer": scorer, "go_version": runtime.Version()},
	}, func() float64 { return 1 })
}

func (m *metrics) observe(route string, status int, took time.Duration, trace string) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	observe(m.duration.WithLabelValues(route), took, trace)
}

// observe a time, with the trace that shows an example of it; "" = none does.
func observe(o prometheus.Observer, took time.Duration, trace string) {
	if trace == "" {
		o.Observe(took.Seconds())
		return
	}
	o.(prometheus.ExemplarObserver).ObserveWithExemplar(took.Seconds(), prometheus.Labels{"trace_id": trace})
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

package httpapi

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/splitrank/splitrank/server/internal/ubi"
)

// QueryLogState is the log of queries and events at one moment, in records.
type QueryLogState struct {
	Queries, Events int64 // written
	Dropped         int64 // for want of room
	Failed          int64 // that could not be written
}

const logRecords = "splitrank_query_log_records_total"

// logFigures of a log, read whenever /metrics is asked.
func logFigures(state func() QueryLogState) []prometheus.Collector {
	figure := func(outcome, kind string, of func(QueryLogState) int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: logRecords, Help: "Records of the query log, by what became of them.",
			ConstLabels: prometheus.Labels{"outcome": outcome, "kind": kind},
		}, func() float64 { return float64(of(state())) })
	}
	return []prometheus.Collector{
		figure("written", "query", func(s QueryLogState) int64 { return s.Queries }),
		figure("written", "event", func(s QueryLogState) int64 { return s.Events }),
		figure("dropped", "any", func(s QueryLogState) int64 { return s.Dropped }),
		figure("failed", "any", func(s QueryLogState) int64 { return s.Failed }),
	}
}

func newEventCounter() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "splitrank_events_total", Help: "Events about answers, by what became of them.",
	}, []string{"outcome"})
}

func (m *metrics) countEvents(t ubi.Taken) {
	m.events.WithLabelValues("accepted").Add(float64(t.Accepted))
	m.events.WithLabelValues("unknown").Add(float64(t.Unknown))
	m.events.WithLabelValues("late").Add(float64(t.Late))
}

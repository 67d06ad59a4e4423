package httpapi

import "github.com/prometheus/client_golang/prometheus"

// VectorsState is what is kept of documents, and of whose reading nobody waits, at
// one moment. Counts are of documents.
type VectorsState struct {
	Memory, Disk                    VectorsLevel
	MemoryHits, DiskHits, RedisHits int64
	Joined, Misses                  int64 // that another request was reading; found nowhere
	Corrupt, Foreign, Dropped       int64 // damaged; files of another version; not written to disk
	// Ahead are those that answered requests left unread.
	Ahead AheadState
	// Redis is nil where there is none.
	Redis *RedisState
}

// VectorsLevel is memory or disk.
type VectorsLevel struct {
	Entries      int
	Bytes, Limit int64
	Evicted      int64
}

// AheadState of what is read ahead.
type AheadState struct {
	Waiting              int
	Read, Known, Dropped int64
}

// vectorsFigure shows one number of a VectorsState.
type vectorsFigure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(VectorsState, BackgroundStats) float64
}

const vectorsPrefix = "splitrank_vectors_"

func vectorsCounter(name, help string, labels prometheus.Labels, of func(VectorsState) int64) vectorsFigure {
	return vectorsFigure{prometheus.NewDesc(vectorsPrefix+name, help, nil, labels), prometheus.CounterValue,
		func(s VectorsState, _ BackgroundStats) float64 { return float64(of(s)) }}
}

func vectorsGauge(name, help string, labels prometheus.Labels, of func(VectorsState) int64) vectorsFigure {
	f := vectorsCounter(name, help, labels, of)
	f.kind = prometheus.GaugeValue
	return f
}

func vectorsFigures() []vectorsFigure {
	const hits, evicted = "Documents that had been read before, by where.", "Documents forgotten for want of room."
	const entries, bytes, limit = "Documents that are kept.", "Bytes that they take.", "Bytes that they may take."
	var list []vectorsFigure
	for level, of := range map[string]func(VectorsState) VectorsLevel{
		"memory": func(s VectorsState) VectorsLevel { return s.Memory },
		"disk":   func(s VectorsState) VectorsLevel { return s.Disk },
	} {
		at := prometheus.Labels{"level": level}
		list = append(list,
			vectorsGauge("entries", entries, at, func(s VectorsState) int64 { return int64(of(s).Entries) }),
			vectorsGauge("bytes", bytes, at, func(s VectorsState) int64 { return of(s).Bytes }),
			vectorsGauge("limit_bytes", limit, at, func(s VectorsState) int64 { return of(s).Limit }),
			vectorsCounter("evictions_total", evicted, at, func(s VectorsState) int64 { return of(s).Evicted }),
		)
	}
	return append(list,
		vectorsCounter("hits_total", hits, prometheus.Labels{"level": "memory"}, func(s VectorsState) int64 { return s.MemoryHits }),
		vectorsCounter("hits_total", hits, prometheus.Labels{"level": "disk"}, func(s VectorsState) int64 { return s.DiskHits }),
		vectorsCounter("hits_total", hits, prometheus.Labels{"level": "redis"}, func(s VectorsState) int64 { return s.RedisHits }),
		vectorsCounter("joined_total", "Documents that another request was reading at the same time.", nil, func(s VectorsState) int64 { return s.Joined }),
		vectorsCounter("misses_total", "Documents that were looked for and found nowhere.", nil, func(s VectorsState) int64 { return s.Misses }),
		vectorsCounter("corrupt_total", "Documents whose vectors were damaged and are read anew.", nil, func(s VectorsState) int64 { return s.Corrupt }),
		vectorsCounter("foreign_files_total", "Files of another version that were removed.", nil, func(s VectorsState) int64 { return s.Foreign }),
		vectorsCounter("dropped_total", "Documents that were not written to disk, which was too slow or full.", nil, func(s VectorsState) int64 { return s.Dropped }),
		vectorsGauge("ahead_waiting", "Documents that answered requests left unread and that may be read while nothing else is to do.", nil, func(s VectorsState) int64 { return int64(s.Ahead.Waiting) }),
		vectorsCounter("ahead_read_total", "Documents that were read ahead.", nil, func(s VectorsState) int64 { return s.Ahead.Read }),
		vectorsCounter("ahead_known_total", "Documents that somebody had asked for again before they were read ahead.", nil, func(s VectorsState) int64 { return s.Ahead.Known }),
		vectorsCounter("ahead_dropped_total", "Documents that were not read ahead, for want of room or because others wanted the model.", nil, func(s VectorsState) int64 { return s.Ahead.Dropped }),
		backgroundFigure("background_waiting", "Documents of POST /documents that are to be read in the background.", prometheus.GaugeValue, func(b BackgroundStats) int64 { return int64(b.Waiting) }),
		backgroundFigure("background_kept_total", "Documents that the background has done with.", prometheus.CounterValue, func(b BackgroundStats) int64 { return b.Read }),
		backgroundFigure("background_dropped_total", "Documents that the background gave up because of an error.", prometheus.CounterValue, func(b BackgroundStats) int64 { return b.Forgotten }),
	)
}

func backgroundFigure(name, help string, kind prometheus.ValueType, of func(BackgroundStats) int64) vectorsFigure {
	return vectorsFigure{prometheus.NewDesc(vectorsPrefix+name, help, nil, nil), kind,
		func(_ VectorsState, b BackgroundStats) float64 { return float64(of(b)) }}
}

func vectorsRedisFigures() []vectorsFigure {
	return []vectorsFigure{
		vectorsCounter("redis_errors_total", "Calls of Redis that failed or took too long.", nil, func(s VectorsState) int64 { return s.Redis.Errors }),
		vectorsCounter("redis_dropped_total", "Documents that Redis was not told of.", nil, func(s VectorsState) int64 { return s.Redis.Dropped }),
		vectorsGauge("redis_away", "1 while the circuit breaker is open and Redis is not asked.", nil, func(s VectorsState) int64 { return int64(indicator(s.Redis.Away)) }),
	}
}

// vectorsCollector asks the store when it is asked.
type vectorsCollector struct {
	state      func() VectorsState
	background func() BackgroundStats
}

// Describe implements prometheus.Collector.
func (c vectorsCollector) Describe(to chan<- *prometheus.Desc) {
	for _, f := range append(vectorsFigures(), vectorsRedisFigures()...) {
		to <- f.desc
	}
}

// Collect implements prometheus.Collector.
func (c vectorsCollector) Collect(to chan<- prometheus.Metric) {
	s, b, figures := c.state(), c.background(), vectorsFigures()
	if s.Redis != nil {
		figures = append(figures, vectorsRedisFigures()...)
	}
	for _, f := range figures {
		to <- prometheus.MustNewConstMetric(f.desc, f.kind, f.of(s, b))
	}
}

package httpapi

import "github.com/prometheus/client_golang/prometheus"

// CacheState is a cache of scores at one moment. Counts are of pairs unless
// they say otherwise.
type CacheState struct {
	Hits, Shared     int64 // known in memory; to Redis
	Joined, Misses   int64 // that another request had scored meanwhile; that were scored
	Evicted, Expired int64 // forgotten for want of room; because of their age
	Entries          int   // now
	Bytes, Limit     int64 // that the entries take; that they may take
	// Redis is nil where there is none.
	Redis *RedisState
}

// RedisState is the second level of a cache.
type RedisState struct {
	Errors  int64 // calls that failed or took too long
	Dropped int64 // pairs that it was not told of
	Away    bool  // its circuit breaker is open: it is not asked for now
}

// cacheFigure shows one number of a CacheState.
type cacheFigure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(CacheState) float64
}

const cachePrefix = "splitrank_cache_"

func cacheCounter(name, help string, labels prometheus.Labels, of func(CacheState) int64) cacheFigure {
	return cacheFigure{prometheus.NewDesc(cachePrefix+name, help, nil, labels), prometheus.CounterValue,
		func(s CacheState) float64 { return float64(of(s)) }}
}

func cacheGauge(name, help string, of func(CacheState) float64) cacheFigure {
	return cacheFigure{prometheus.NewDesc(cachePrefix+name, help, nil, nil), prometheus.GaugeValue, of}
}

func cacheFigures() []cacheFigure {
	const hits, evicted = "Pairs whose score was known, by where.", "Pairs forgotten, for want of room or because of their age."
	return []cacheFigure{
		cacheCounter("hits_total", hits, prometheus.Labels{"level": "memory"}, func(s CacheState) int64 { return s.Hits }),
		cacheCounter("hits_total", hits, prometheus.Labels{"level": "redis"}, func(s CacheState) int64 { return s.Shared }),
		cacheCounter("joined_total", "Pairs that another request had scored at the same time.", nil, func(s CacheState) int64 { return s.Joined }),
		cacheCounter("misses_total", "Pairs that were scored because nobody knew them.", nil, func(s CacheState) int64 { return s.Misses }),
		cacheCounter("evictions_total", evicted, prometheus.Labels{"cause": "size"}, func(s CacheState) int64 { return s.Evicted }),
		cacheCounter("evictions_total", evicted, prometheus.Labels{"cause": "age"}, func(s CacheState) int64 { return s.Expired }),
		cacheGauge("entries", "Pairs in memory.", func(s CacheState) float64 { return float64(s.Entries) }),
		cacheGauge("bytes", "Memory that they are counted as.", func(s CacheState) float64 { return float64(s.Bytes) }),
		cacheGauge("limit_bytes", "Memory that they may take.", func(s CacheState) float64 { return float64(s.Limit) }),
	}
}

func redisFigures() []cacheFigure {
	return []cacheFigure{
		cacheCounter("redis_errors_total", "Calls of Redis that failed or took too long.", nil, func(s CacheState) int64 { return s.Redis.Errors }),
		cacheCounter("redis_dropped_total", "Pairs that Redis was not told of.", nil, func(s CacheState) int64 { return s.Redis.Dropped }),
		cacheGauge("redis_away", "1 while the circuit breaker is open and Redis is not asked.", func(s CacheState) float64 { return indicator(s.Redis.Away) }),
	}
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// cacheCollector asks the cache when it is asked.
type cacheCollector struct{ state func() CacheState }

// Describe implements prometheus.Collector.
func (c cacheCollector) Describe(to chan<- *prometheus.Desc) {
	for _, f := range append(cacheFigures(), redisFigures()...) {
		to <- f.desc
	}
}

// Collect implements prometheus.Collector.
func (c cacheCollector) Collect(to chan<- prometheus.Metric) {
	s, figures := c.state(), cacheFigures()
	if s.Redis != nil {
		figures = append(figures, redisFigures()...)
	}
	for _, f := range figures {
		to <- prometheus.MustNewConstMetric(f.desc, f.kind, f.of(s))
	}
}

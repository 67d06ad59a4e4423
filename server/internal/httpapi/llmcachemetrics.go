package httpapi

import "github.com/prometheus/client_golang/prometheus"

// LLMCacheState is the cache of grades at one moment. Counts are of requests.
type LLMCacheState struct {
	Hits, Shared   int64 // known in memory; to Redis
	Joined, Misses int64 // that another request was asking for; that were asked for
	Corrupt        int64 // values in Redis that were none
	Entries        int   // now
	// Redis is nil where there is none.
	Redis *RedisState
}

func llmCacheFigures() []llmFigure {
	const hits = "Requests whose grades were remembered, by where."
	counter, gauge := prometheus.CounterValue, prometheus.GaugeValue
	return []llmFigure{
		{"cache_hits_total", hits, counter, "memory", ofCache(func(s *LLMCacheState) int64 { return s.Hits })},
		{"cache_hits_total", hits, counter, "redis", ofCache(func(s *LLMCacheState) int64 { return s.Shared })},
		{"cache_joined_total", "Requests whose grades another one was asking for at the same time.", counter, "", ofCache(func(s *LLMCacheState) int64 { return s.Joined })},
		{"cache_misses_total", "Requests whose grades nobody knew.", counter, "", ofCache(func(s *LLMCacheState) int64 { return s.Misses })},
		{"cache_corrupt_total", "Values in Redis that no server had written there, or that were damaged, and were dropped.", counter, "", ofCache(func(s *LLMCacheState) int64 { return s.Corrupt })},
		{"cache_entries", "Requests in memory.", gauge, "", ofCache(func(s *LLMCacheState) int64 { return int64(s.Entries) })},
		{"redis_errors_total", "Calls of Redis that failed or took too long.", counter, "", ofLLMRedis(func(r *RedisState) int64 { return r.Errors })},
		{"redis_dropped_total", "Requests whose grades Redis was not told of.", counter, "", ofLLMRedis(func(r *RedisState) int64 { return r.Dropped })},
		{"redis_away", "1 while the circuit breaker is open and Redis is not asked.", gauge, "", ofLLMRedis(func(r *RedisState) int64 { return int64(indicator(r.Away)) })},
	}
}

// ofCache is a figure where there is a cache.
func ofCache(of func(*LLMCacheState) int64) func(LLMState) *float64 {
	return func(s LLMState) *float64 {
		if s.Cache == nil {
			return nil
		}
		return new(float64(of(s.Cache)))
	}
}

// ofLLMRedis is a figure where there is a Redis.
func ofLLMRedis(of func(*RedisState) int64) func(LLMState) *float64 {
	return func(s LLMState) *float64 {
		if s.Cache == nil || s.Cache.Redis == nil {
			return nil
		}
		return new(float64(of(s.Cache.Redis)))
	}
}

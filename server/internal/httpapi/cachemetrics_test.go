package httpapi

import (
	"strings"
	"testing"
)

// TestCacheMetrics: every figure is shown, those of Redis only where there is one.
func TestCacheMetrics(t *testing.T) {
	redis := []string{`redis_errors_total 8`, `redis_dropped_total 9`, `redis_away 1`}
	local := []string{
		`hits_total{level="memory"} 1`, `hits_total{level="redis"} 2`, `joined_total 3`, `misses_total 4`,
		`evictions_total{cause="size"} 5`, `evictions_total{cause="age"} 6`, `entries 7`, `bytes 70`, `limit_bytes 700`,
	}
	state := CacheState{Hits: 1, Shared: 2, Joined: 3, Misses: 4, Evicted: 5, Expired: 6, Entries: 7, Bytes: 70, Limit: 700}
	for _, tt := range []struct {
		name         string
		redis        *RedisState
		want, absent []string
	}{
		{"memory alone", nil, local, redis},
		{"with Redis", &RedisState{Errors: 8, Dropped: 9, Away: true}, append(local, redis...), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			state.Redis = tt.redis
			s := newServer(t, func(c *Config) { c.Cache = func() CacheState { return state } })
			got := do(s, "GET", "/metrics", "").Body.String()
			for _, want := range tt.want {
				if !strings.Contains(got, "\n"+cachePrefix+want+"\n") {
					t.Errorf("no %s in\n%s", want, got)
				}
			}
			for _, absent := range tt.absent {
				if strings.Contains(got, cachePrefix+absent) {
					t.Errorf("%s where there is no Redis", absent)
				}
			}
		})
	}
}

// TestNoCacheMetrics: a server without a cache shows no figures of one.
func TestNoCacheMetrics(t *testing.T) {
	if got := do(newServer(t, nil), "GET", "/metrics", "").Body.String(); strings.Contains(got, cachePrefix) {
		t.Errorf("figures of no cache in\n%s", got)
	}
}

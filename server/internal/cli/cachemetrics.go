package cli

import (
	"github.com/splitrank/splitrank/server/internal/cache"
	"github.com/splitrank/splitrank/server/internal/httpapi"
)

// cacheState feeds the figures of /metrics; nil where there is no cache.
func cacheState(c *cache.Cache) func() httpapi.CacheState {
	if c == nil {
		return nil
	}
	return func() httpapi.CacheState {
		s := c.Stats()
		return httpapi.CacheState{
			Hits: s.Hits, Shared: s.Shared, Joined: s.Joined, Misses: s.Misses, Evicted: s.Evicted, Expired: s.Expired,
			Entries: s.Entries, Bytes: s.Bytes, Limit: s.Limit, Redis: (*httpapi.RedisState)(s.Redis),
		}
	}
}

// Package cache remembers what models said about pairs, so that no pair is
// scored twice: in memory, bounded by bytes and time, and, if there is one, in
// a Redis server that several machines share. Equal pairs that are asked about
// at the same time are scored once.
//
// It keeps raw logits under digests of all that can change them. No text is
// kept, here or in Redis. See RATIONALE: why-logits-of-pairs.
package cache

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/splitrank/splitrank/server/internal/flight"
	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/shared/answer"
)

// Options of a Cache. The zero value is the default.
type Options struct {
	// Bytes of memory that it may fill, at least entryBytes. 0 = DefaultBytes.
	Bytes int64
	// TTL after which a score is forgotten. 0 = DefaultTTL.
	TTL time.Duration
	// Redis is the second level. nil = there is none. The Cache closes it.
	Redis *rediskv.Client
}

// Defaults of Options. See RATIONALE: why-an-hour.
const (
	DefaultBytes = 64 << 20
	DefaultTTL   = time.Hour
)

// entryBytes is what a score takes in memory, all told: about 140 bytes
// measured, and room for the table to grow (TestBytes). See RATIONALE: why-otter.
const entryBytes = 256

// score is what is remembered of a pair.
type score struct {
	logit     float64
	truncated bool
}

func scoreOf(s answer.Score) score { return score{s.Logit, s.Truncated} }

// of a document.
func (s score) of(document int) answer.Score {
	return answer.Score{Document: document, Logit: s.logit, Truncated: s.truncated, Cached: true}
}

// Cache of scores. It is safe for concurrent use.
type Cache struct {
	local *otter.Cache[key, score]
	redis *rediskv.Client

	flights *flight.Group[key, score]

	limit                                          int // entries
	hits, shared, joined, misses, evicted, expired atomic.Int64
}

// New makes a Cache.
func New(o Options) (*Cache, error) {
	if o.Bytes == 0 {
		o.Bytes = DefaultBytes
	}
	if o.TTL == 0 {
		o.TTL = DefaultTTL
	}
	if o.Bytes < entryBytes || o.TTL < 0 {
		return nil, fmt.Errorf("a cache of %d bytes for %s: want %d or more, and a time", o.Bytes, o.TTL, entryBytes)
	}
	c := &Cache{redis: o.Redis, limit: int(o.Bytes / entryBytes)}
	local, err := otter.New(&otter.Options[key, score]{
		MaximumSize:      c.limit,
		ExpiryCalculator: otter.ExpiryWriting[key, score](o.TTL),
		OnAtomicDeletion: c.deleted,
	})
	if err != nil {
		return nil, fmt.Errorf("making a cache: %w", err)
	}
	c.local = local
	c.flights = flight.NewGroup(local.GetIfPresent)
	return c, nil
}

func (c *Cache) deleted(e otter.DeletionEvent[key, score]) {
	switch e.Cause {
	case otter.CauseOverflow:
		c.evicted.Add(1)
	case otter.CauseExpiration:
		c.expired.Add(1)
	}
}

// Close writes what Redis is still to have, as far as it takes it in time.
func (c *Cache) Close() error {
	c.local.StopAllGoroutines()
	if c.redis == nil {
		return nil
	}
	return c.redis.Close()
}

// Stats counts what a Cache did, in pairs.
type Stats struct {
	Hits    int64 // known in memory
	Shared  int64 // known to Redis
	Joined  int64 // being scored for another request
	Misses  int64 // scored
	Evicted int64 // forgotten for want of room
	Expired int64 // forgotten because of their age
	Entries int   // in memory now
	// Bytes are what the entries are counted as, Limit what they may be.
	Bytes, Limit int64
	// Redis is nil where there is none.
	Redis *rediskv.Stats
}

// Stats returns the counts so far.
func (c *Cache) Stats() Stats {
	entries := c.local.EstimatedSize()
	s := Stats{
		Hits: c.hits.Load(), Shared: c.shared.Load(), Joined: c.joined.Load(), Misses: c.misses.Load(),
		Evicted: c.evicted.Load(), Expired: c.expired.Load(),
		Entries: entries, Bytes: int64(entries) * entryBytes, Limit: int64(c.limit) * entryBytes,
	}
	if c.redis != nil {
		s.Redis = c.redis.Stats()
	}
	return s
}

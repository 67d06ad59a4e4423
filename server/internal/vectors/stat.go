package vectors

import (
	"sync/atomic"

	"github.com/splitrank/splitrank/server/internal/rediskv"
)

// counts of what a Store did, in values.
type counts struct {
	memoryHits, diskHits, redisHits, misses, joined atomic.Int64
	evicted, diskEvicted, corrupt, foreign, dropped atomic.Int64

	reason string // why there is no disk level
}

// Stat of a Store: what it holds, and what it did since it was opened, in
// values.
type Stat struct {
	Memory Level
	Disk   Level // all 0 without a disk level
	// Path of the disk level, "" = there is none; then Reason says why, if one
	// was asked for.
	Path, Reason string

	MemoryHits, DiskHits, RedisHits int64
	Joined                          int64 // being read for another request
	Misses                          int64 // found nowhere

	Corrupt int64 // not what was put, and so not given out
	Foreign int64 // files of another format, which were removed
	Dropped int64 // not written to disk, which was too slow, or full
	// Redis is nil where there is none.
	Redis *rediskv.Stats
}

// Level is what one of the levels holds.
type Level struct {
	Entries int
	// Bytes it takes, and may take.
	Bytes, Limit int64
	Evicted      int64 // entries, for want of room
}

// Stat returns the counts so far.
func (s *Store) Stat() Stat {
	stat := Stat{
		Memory: Level{
			Entries: s.memory.EstimatedSize(), Bytes: int64(s.memory.WeightedSize()), Limit: s.o.Memory, Evicted: s.evicted.Load(),
		},
		MemoryHits: s.memoryHits.Load(), DiskHits: s.diskHits.Load(), RedisHits: s.redisHits.Load(),
		Joined: s.joined.Load(), Misses: s.misses.Load(),
		Corrupt: s.corrupt.Load(), Foreign: s.foreign.Load(), Dropped: s.dropped.Load(), Reason: s.reason,
	}
	if s.disk != nil {
		stat.Path = s.disk.dir
		stat.Disk = s.disk.level()
		stat.Disk.Evicted = s.diskEvicted.Load()
	}
	if s.o.Redis != nil {
		stat.Redis = s.o.Redis.Stats()
	}
	return stat
}

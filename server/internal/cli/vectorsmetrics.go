package cli

import (
	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/vectors"
)

// vectorsState feeds the figures of /metrics; nil where nothing is kept.
func vectorsState(loaded models, s *vectors.Store) func() httpapi.VectorsState {
	if s == nil {
		return nil
	}
	return func() httpapi.VectorsState {
		now := s.Stat()
		return httpapi.VectorsState{
			Memory: httpapi.VectorsLevel(now.Memory), Disk: httpapi.VectorsLevel(now.Disk),
			MemoryHits: now.MemoryHits, DiskHits: now.DiskHits, RedisHits: now.RedisHits, Joined: now.Joined, Misses: now.Misses,
			Corrupt: now.Corrupt, Foreign: now.Foreign, Dropped: now.Dropped,
			Ahead: loaded.ahead(), Redis: (*httpapi.RedisState)(now.Redis),
		}
	}
}

// ahead sums up what all models read ahead.
func (list models) ahead() (sum httpapi.AheadState) {
	for _, m := range list {
		if m, ok := m.(*lateinteraction.Model); ok {
			s := m.AheadStats()
			sum.Waiting, sum.Read, sum.Known, sum.Dropped = sum.Waiting+s.Waiting, sum.Read+s.Read, sum.Known+s.Known, sum.Dropped+s.Dropped
		}
	}
	return sum
}

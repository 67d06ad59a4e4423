package vectors

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/splitrank/splitrank/server/internal/flight"
	"github.com/splitrank/splitrank/server/internal/rediskv"
)

// Key of a value: a digest of all that it depends on.
type Key [32]byte

// Options of Open. The zero value is a store in memory alone.
type Options struct {
	// Memory is how many bytes it may fill, at least 1 MiB. 0 = DefaultMemory.
	Memory int64
	// Dir is the folder of the disk level, which is made where it is missing.
	// "" = there is none.
	Dir string
	// DiskBytes are what the files in Dir may take, at least 1 MiB. 0 =
	// DefaultDisk.
	DiskBytes int64
	// TTL after which a value is forgotten, in whole seconds. 0 = never.
	TTL time.Duration
	// Format names the version of the values, in at most 255 bytes. Values of
	// another one are dropped.
	Format string
	// Redis is the level that machines share, made by NewRedis. nil = there is
	// none. The Store closes it.
	Redis *rediskv.Client
	// Warn is told of trouble, once for each kind until it is over. It may be
	// nil, and must not call the Store.
	Warn func(error)

	now   func() time.Time // nil = time.Now
	retry time.Duration    // until a disk that failed is tried again; 0 = retryAfter
}

// Defaults of Options. See RATIONALE: why-memory-holds-64-mib.
const (
	DefaultMemory = 64 << 20
	DefaultDisk   = 2 << 30
)

// leastBytes of a level.
const leastBytes = 1 << 20

// withDefaults fills in what is 0, and refuses what means nothing.
func (o Options) withDefaults() (Options, error) {
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	if o.DiskBytes == 0 {
		o.DiskBytes = DefaultDisk
	}
	if o.Warn == nil {
		o.Warn = func(error) {}
	}
	if o.now == nil {
		o.now = time.Now
	}
	if o.retry == 0 {
		o.retry = retryAfter
	}
	switch {
	case o.Memory < leastBytes:
		return o, fmt.Errorf("keeping vectors in %d bytes of memory: want %d or more", o.Memory, leastBytes)
	case o.DiskBytes < leastBytes:
		return o, fmt.Errorf("keeping vectors in %d bytes of disk: want %d or more", o.DiskBytes, leastBytes)
	case o.TTL < 0 || o.TTL > 0 && o.TTL < time.Second:
		return o, fmt.Errorf("keeping vectors for %s: want a second or more, or 0 for ever", o.TTL)
	case len(o.Format) > mostFormat:
		return o, fmt.Errorf("a format of vectors named in %d bytes: want at most %d", len(o.Format), mostFormat)
	}
	return o, nil
}

// Store of values. It is safe for concurrent use. What it gives out is shared
// and must not be changed.
type Store struct {
	o       Options
	clock   clock
	memory  *otter.Cache[Key, entry]
	disk    *disk // nil = there is none
	flights *flight.Group[Key, []byte]
	warner  *warner
	closed  atomic.Bool

	counts
}

// entry of the memory level.
type entry struct {
	value   []byte
	written uint32 // seconds since 1970
}

// entryBytes are what an entry takes in memory beside its value.
const entryBytes = 256

// Open makes a Store. A folder that cannot be used is a warning, and a Store
// without it; an error means options that make no sense.
func Open(o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Store{o: o, clock: clock{o.now, o.TTL}, warner: &warner{tell: o.Warn}}
	s.memory, err = otter.New(&otter.Options[Key, entry]{
		MaximumWeight: uint64(o.Memory),
		Weigher:       func(_ Key, e entry) uint32 { return uint32(min(len(e.value)+entryBytes, 1<<31)) },
		OnAtomicDeletion: func(e otter.DeletionEvent[Key, entry]) {
			if e.Cause == otter.CauseOverflow {
				s.evicted.Add(1)
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("making a store of vectors: %w", err)
	}
	s.flights = flight.NewGroup(s.inMemory)
	if o.Dir != "" {
		s.openDisk()
	}
	return s, nil
}

func (s *Store) openDisk() {
	d, err := openDisk(s.o, s.clock, s.warner, &s.counts)
	if err != nil {
		s.warner.warn("folder", fmt.Errorf("keeping vectors in memory only: %w", err))
		s.reason = err.Error()
		return
	}
	s.disk = d
}

// inMemory returns a value of the memory level that is not too old.
func (s *Store) inMemory(k Key) ([]byte, bool) {
	e, ok := s.memory.GetIfPresent(k)
	if !ok || s.clock.expired(e.written) {
		return nil, false
	}
	return e.value, true
}

// Get returns the values of keys, nil where there is none. It looks in memory,
// then on disk, then in Redis, and keeps in memory what it finds below. Where
// ctx ends it stops looking.
func (s *Store) Get(ctx context.Context, keys []Key) [][]byte {
	values := make([][]byte, len(keys))
	var missing []int
	for i, k := range keys {
		if v, ok := s.inMemory(k); ok {
			values[i] = v
		} else {
			missing = append(missing, i)
		}
	}
	s.memoryHits.Add(int64(len(keys) - len(missing)))
	if s.disk != nil {
		s.disk.touch(keys, values)
		missing = s.getDisk(ctx, keys, missing, values)
	}
	missing = s.getRedis(ctx, keys, missing, values)
	s.misses.Add(int64(len(missing)))
	return values
}

// getDisk fills in what is on disk, and returns what is not.
func (s *Store) getDisk(ctx context.Context, keys []Key, wanted []int, values [][]byte) (missing []int) {
	if len(wanted) == 0 {
		return nil
	}
	s.disk.get(ctx, keys, wanted, func(i int, e entry) {
		values[i] = e.value
		s.memory.Set(keys[i], e)
	})
	for _, i := range wanted {
		if values[i] == nil {
			missing = append(missing, i)
		}
	}
	s.diskHits.Add(int64(len(wanted) - len(missing)))
	return missing
}

// getRedis fills in what is in Redis, and returns what is not.
func (s *Store) getRedis(ctx context.Context, keys []Key, wanted []int, values [][]byte) (missing []int) {
	if s.o.Redis == nil || len(wanted) == 0 {
		return wanted
	}
	names := make([]rediskv.Key, len(wanted))
	for n, i := range wanted {
		names[n] = keys[i]
	}
	for n, text := range s.o.Redis.Get(ctx, names) {
		i := wanted[n]
		e, ok := s.fromRedis(keys[i], text)
		if !ok {
			missing = append(missing, i)
			continue
		}
		values[i] = e.value
		s.keep(keys[i], e)
	}
	s.redisHits.Add(int64(len(wanted) - len(missing)))
	return missing
}

func (s *Store) fromRedis(k Key, text *string) (e entry, ok bool) {
	if text == nil {
		return e, false
	}
	e, err := decodeRecord(k, []byte(*text))
	if err != nil {
		s.corrupt.Add(1)
		s.warner.warn("redis", fmt.Errorf("reading vectors from Redis: %w", err))
		return e, false
	}
	return e, !s.clock.expired(e.written)
}

// keep an entry in memory and, some time soon, on disk.
func (s *Store) keep(k Key, e entry) {
	s.memory.Set(k, e)
	if s.disk != nil {
		s.disk.put(k, e)
	}
}

// Put keeps a value, which must not change from now on. It is in memory at
// once, and on disk and in Redis some time soon: where they are too slow it is
// dropped there, and counted. An empty value is none.
func (s *Store) Put(k Key, value []byte) {
	if len(value) == 0 || s.closed.Load() {
		return
	}
	e := entry{value, s.clock.seconds()}
	s.keep(k, e)
	if s.o.Redis != nil {
		s.o.Redis.Set(k, appendRecord(nil, k, e))
	}
}

// ErrNotKept is returned by Flush where the disk level cannot take everything.
var ErrNotKept = errors.New("not all vectors are on disk")

// Flush waits until what was put before is on disk, and returns nil only if
// all of keys are there. What was dropped of them it writes now, if it is still
// in memory. The error wraps ErrNotKept, or the cause of ctx.
// See RATIONALE: why-flush-writes-what-was-dropped.
func (s *Store) Flush(ctx context.Context, keys ...Key) error {
	if s.disk == nil {
		return fmt.Errorf("%w: there is no folder for them", ErrNotKept)
	}
	if err := s.disk.drain(ctx); err != nil {
		return err
	}
	for _, k := range s.disk.lacks(keys) {
		if e, ok := s.memory.GetIfPresent(k); ok {
			if err := s.disk.putWaiting(ctx, k, e); err != nil {
				return err
			}
		}
	}
	return s.disk.flush(ctx, keys)
}

// Delete forgets keys on this machine and in Redis, and returns how many this
// machine knew. What other machines hold in their memory and on their disks
// stays. On disk the bytes of the values are overwritten.
// See RATIONALE: why-deleted-values-are-overwritten.
func (s *Store) Delete(keys ...Key) (n int, err error) {
	known := map[Key]struct{}{}
	for _, k := range keys {
		if _, ok := s.memory.Invalidate(k); ok {
			known[k] = struct{}{}
		}
	}
	if s.disk != nil {
		err = s.disk.delete(keys, known)
	}
	if s.o.Redis != nil {
		err = errors.Join(err, s.deleteFromRedis(keys))
	}
	return len(known), err
}

// Damaged forgets the value of a key that turned out to be none, and counts it.
func (s *Store) Damaged(k Key) {
	s.corrupt.Add(1)
	if _, err := s.Delete(k); err != nil {
		s.warner.warn("damaged", fmt.Errorf("forgetting damaged vectors: %w", err))
	}
}

// deleteTimeout is how long Delete waits for Redis.
const deleteTimeout = 2 * time.Second

func (s *Store) deleteFromRedis(keys []Key) error {
	ctx, cancel := context.WithTimeout(context.Background(), deleteTimeout)
	defer cancel()
	names := make([]rediskv.Key, len(keys))
	for i, k := range keys {
		names[i] = k
	}
	if err := s.o.Redis.Delete(ctx, names...); err != nil {
		return fmt.Errorf("deleting vectors from Redis: %w", err)
	}
	return nil
}

// Clear forgets everything on this machine. Redis, which is shared, keeps what
// it has until its time has come.
func (s *Store) Clear() error {
	s.memory.InvalidateAll()
	if s.disk == nil {
		return nil
	}
	return s.disk.clear()
}

// Close writes what waits to be written and releases the folder.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	s.memory.StopAllGoroutines()
	var err error
	if s.disk != nil {
		err = s.disk.close()
	}
	if s.o.Redis != nil {
		err = errors.Join(err, s.o.Redis.Close())
	}
	return err
}

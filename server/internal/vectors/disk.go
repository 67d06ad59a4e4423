package vectors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"
)

// disk is the level on disk: segments, files of records one behind the other,
// and an index of them in memory.
//
// Invariants:
//   - One process writes a folder, which holds its lock.
//   - A record is never changed, except that the value of a deleted one is
//     overwritten. Of two records of a key the later one counts.
//   - Segments are dropped oldest first, so a deletion outlives what it deletes.
//
// See RATIONALE: why-segments-of-our-own.
type disk struct {
	dir    string
	limit  int64 // bytes of all files
	format string
	clock  clock
	warner *warner
	counts *counts
	lock   *folderLock

	// writing is held by whoever changes files. It is taken before mu.
	writing sync.Mutex
	next    uint32 // id of the next segment

	mu       sync.Mutex
	index    map[Key]place
	segments []*segment // oldest first; the last one is written to
	queue    queue
	trouble  error     // of the last write, nil = none
	until    time.Time // when a disk in trouble is tried again
	retry    time.Duration

	wake, closing, closed chan struct{}
}

// place of a value on disk.
type place struct {
	segment        *segment
	offset, length uint32 // of the record, and of its value
	written        uint32
	used           bool // since it was written, or saved from being dropped
}

// openDisk opens a folder and reads what it has.
func openDisk(o Options, c clock, w *warner, n *counts) (*disk, error) {
	lock, err := openFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	d := &disk{
		dir: o.Dir, limit: o.DiskBytes, format: o.Format, clock: c, warner: w, counts: n, lock: lock, retry: o.retry,
		index: map[Key]place{}, queue: newQueue(),
		wake: make(chan struct{}, 1), closing: make(chan struct{}), closed: make(chan struct{}),
	}
	if err := d.load(); err != nil {
		return nil, errors.Join(err, d.release())
	}
	go d.write()
	return d, nil
}

// touch notes that the values were used that were found in memory.
func (d *disk) touch(keys []Key, values [][]byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, k := range keys {
		if values[i] == nil {
			continue
		}
		if p, ok := d.index[k]; ok && !p.used {
			p.used = true
			d.index[k] = p
		}
	}
}

// wanted is a value to be read.
type wanted struct {
	item  int
	place place
}

// get hands out the values that it has of the keys, until ctx ends: a cold disk
// may take its time.
func (d *disk) get(ctx context.Context, keys []Key, items []int, found func(item int, e entry)) {
	list := d.find(keys, items, found)
	slices.SortFunc(list, func(a, b wanted) int {
		return cmp.Or(cmp.Compare(a.place.segment.id, b.place.segment.id), cmp.Compare(a.place.offset, b.place.offset))
	})
	for _, w := range list {
		if ctx.Err() != nil {
			return
		}
		if e, err := w.place.read(keys[w.item]); err == nil {
			found(w.item, e)
		} else {
			d.lost(keys[w.item], w.place, err)
		}
	}
}

// find hands out what still waits to be written, and returns where the rest is.
func (d *disk) find(keys []Key, items []int, found func(item int, e entry)) []wanted {
	list := make([]wanted, 0, len(items))
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, i := range items {
		if e, ok := d.queue.entries[keys[i]]; ok {
			found(i, e)
			continue
		}
		p, ok := d.index[keys[i]]
		if !ok || d.clock.expired(p.written) {
			continue
		}
		p.used = true
		d.index[keys[i]] = p
		list = append(list, wanted{i, p})
	}
	return list
}

// lost drops a value that cannot be read, unless it was dropped or moved while
// it was being read.
func (d *disk) lost(k Key, p place, err error) {
	d.mu.Lock()
	now, ok := d.index[k]
	same := ok && now.segment == p.segment && now.offset == p.offset
	if same {
		delete(d.index, k)
	}
	d.mu.Unlock()
	if same && !errors.Is(err, os.ErrClosed) {
		d.counts.corrupt.Add(1)
		d.warner.warn("corrupt", fmt.Errorf("reading vectors in %q: %w", d.dir, err))
	}
}

// lacks returns the keys that are not on disk.
func (d *disk) lacks(keys []Key) (missing []Key) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range keys {
		if p, ok := d.index[k]; !ok || d.clock.expired(p.written) {
			missing = append(missing, k)
		}
	}
	return missing
}

func (d *disk) level() Level {
	d.mu.Lock()
	defer d.mu.Unlock()
	return Level{Entries: len(d.index), Bytes: d.bytes(), Limit: d.limit}
}

// bytes of all files, those included that are still to be written.
func (d *disk) bytes() (n int64) {
	for _, s := range d.segments {
		n += s.bytes()
	}
	return n
}

// flush waits until what was queued is written and has reached the disk.
func (d *disk) flush(ctx context.Context, keys []Key) error {
	if err := d.drain(ctx); err != nil {
		return err
	}
	if err := d.sync(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	if missing := len(d.lacks(keys)); missing > 0 {
		d.mu.Lock()
		defer d.mu.Unlock()
		return notKept(missing, len(keys), d.trouble)
	}
	return nil
}

func notKept(missing, of int, trouble error) error {
	if trouble == nil {
		return fmt.Errorf("%w: %d of %d are not", ErrNotKept, missing, of)
	}
	return fmt.Errorf("%w: %d of %d are not: %w", ErrNotKept, missing, of, trouble)
}

// sync what was written to the disk itself.
func (d *disk) sync() error {
	d.writing.Lock()
	defer d.writing.Unlock()
	return d.last().sync()
}

// last segment, the one that is written to.
func (d *disk) last() *segment { return d.segments[len(d.segments)-1] }

// close writes what waits, and an index of the last segment, so that the next
// one to open it need not read it.
func (d *disk) close() error {
	close(d.closing)
	<-d.closed
	d.writing.Lock()
	defer d.writing.Unlock()
	return errors.Join(d.last().seal(), d.release())
}

// release closes all files and unlocks the folder.
func (d *disk) release() (err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.segments {
		err = errors.Join(err, s.file.Close())
	}
	return errors.Join(err, d.lock.release())
}

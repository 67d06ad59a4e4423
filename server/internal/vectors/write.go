package vectors

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// retryAfter is how long a disk that took no write is left alone.
const retryAfter = 30 * time.Second

const (
	mostQueued    = 64 << 20 // bytes that wait to be written; more are dropped
	mostAtOnce    = 1 << 20  // bytes in one write, a value that is longer alone
	longestOnDisk = 16 << 20 // bytes of a value
)

// queue of what is to be written. A key is in it once.
type queue struct {
	entries map[Key]entry
	order   []Key // of entries, those gone again included
	bytes   int64
	changed chan struct{} // closed when something was written or dropped
}

func newQueue() queue { return queue{entries: map[Key]entry{}, changed: make(chan struct{})} }

func (q *queue) remove(k Key) {
	if e, ok := q.entries[k]; ok {
		delete(q.entries, k)
		q.bytes -= int64(len(e.value))
	}
}

// announce to those who wait that the queue is another.
func (q *queue) announce() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// put queues an entry that is not on disk yet, or drops it.
func (d *disk) put(k Key, e entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.holds(k, e) {
		return
	}
	if !d.takes(e) || d.queue.bytes+int64(len(e.value)) > mostQueued {
		d.counts.dropped.Add(1)
		return
	}
	d.enqueue(k, e)
}

// putWaiting queues an entry as soon as there is room for it.
func (d *disk) putWaiting(ctx context.Context, k Key, e entry) error {
	d.mu.Lock()
	for d.takes(e) && d.queue.bytes+int64(len(e.value)) > mostQueued {
		changed := d.queue.changed
		d.mu.Unlock()
		if err := d.await(ctx, changed); err != nil {
			return err
		}
		d.mu.Lock()
	}
	defer d.mu.Unlock()
	if d.takes(e) && !d.holds(k, e) {
		d.enqueue(k, e)
	}
	return nil
}

// holds reports that a value that is not too old is on disk or will be.
func (d *disk) holds(k Key, e entry) bool {
	if _, ok := d.queue.entries[k]; ok {
		return true
	}
	p, ok := d.index[k]
	return ok && !d.clock.expired(p.written)
}

// takes reports that the disk can be written to, and holds a value as long.
func (d *disk) takes(e entry) bool {
	return int64(len(e.value)) <= d.longest() && (d.trouble == nil || !time.Now().Before(d.until))
}

// longest value in bytes.
func (d *disk) longest() int64 { return min(longestOnDisk, d.limit/16) }

func (d *disk) enqueue(k Key, e entry) {
	d.queue.entries[k] = e
	d.queue.order = append(d.queue.order, k)
	d.queue.bytes += int64(len(e.value))
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// errClosed is returned to who waits for a store that is closed.
var errClosed = errors.New("the store of vectors is closed")

func (d *disk) await(ctx context.Context, changed <-chan struct{}) error {
	select {
	case <-changed:
		return nil
	case <-d.closed:
		return errClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// drain waits until what is queued now is written or dropped.
func (d *disk) drain(ctx context.Context) error {
	d.mu.Lock()
	left := make([]Key, 0, len(d.queue.entries))
	for k := range d.queue.entries {
		left = append(left, k)
	}
	for {
		for len(left) > 0 {
			if _, ok := d.queue.entries[left[len(left)-1]]; ok {
				break
			}
			left = left[:len(left)-1]
		}
		changed := d.queue.changed
		d.mu.Unlock()
		if len(left) == 0 {
			return nil
		}
		if err := d.await(ctx, changed); err != nil {
			return err
		}
		d.mu.Lock()
	}
}

// write what is queued, until the disk is closed and nothing is left.
func (d *disk) write() {
	defer close(d.closed)
	for {
		if d.writeSome() {
			continue
		}
		select {
		case <-d.wake:
		case <-d.closing:
			for d.writeSome() {
			}
			return
		}
	}
}

// batch is what is written at once.
type batch struct {
	keys    []Key
	entries []entry
	bytes   []byte
}

func (b *batch) add(k Key, e entry) {
	b.keys, b.entries = append(b.keys, k), append(b.entries, e)
	b.bytes = appendRecord(b.bytes, k, e)
}

// writeSome writes a batch, and reports that there was one.
func (d *disk) writeSome() bool {
	d.writing.Lock()
	defer d.writing.Unlock()
	b := d.nextBatch()
	if len(b.keys) == 0 {
		return false
	}
	err := d.append(b)
	d.mu.Lock()
	for _, k := range b.keys {
		d.queue.remove(k)
	}
	d.queue.announce()
	d.mu.Unlock()
	if err != nil {
		d.counts.dropped.Add(int64(len(b.keys)))
	}
	return true
}

// nextBatch takes the first of the queue, which stay in it until they are
// written.
func (d *disk) nextBatch() (b batch) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, k := range d.queue.order {
		e, ok := d.queue.entries[k]
		if ok && len(b.keys) > 0 && len(b.bytes)+recordHeader+len(e.value) > d.batchBytes() {
			break
		}
		n++
		if ok {
			b.add(k, e)
		}
	}
	d.queue.order = d.queue.order[n:]
	return b
}

func (d *disk) batchBytes() int { return int(min(mostAtOnce, d.segmentBytes())) }

// append writes a batch where there is room for it. The caller holds writing.
func (d *disk) append(b batch) error {
	err := d.tryAppend(b)
	d.mu.Lock()
	before := d.trouble
	if d.trouble = err; err != nil {
		d.until = time.Now().Add(d.retry)
	}
	d.mu.Unlock()
	switch {
	case err != nil:
		d.warner.warn("writing", fmt.Errorf("writing vectors to %q, which goes on without for %s: %w", d.dir, d.retry, err))
	case before != nil:
		d.warner.over("writing", d.retry)
	}
	return err
}

func (d *disk) tryAppend(b batch) error {
	if err := d.makeRoom(int64(len(b.bytes)) + int64(len(b.keys)*indexRecord)); err != nil {
		return err
	}
	return d.appendToLast(b)
}

// appendToLast writes a batch to the last segment, or to a new one.
func (d *disk) appendToLast(b batch) error {
	if d.last().size >= d.segmentBytes() {
		if err := d.roll(); err != nil {
			return err
		}
	}
	return d.appendTo(d.last(), b)
}

// appendTo writes a batch and takes it into the index.
func (d *disk) appendTo(s *segment, b batch) error {
	list, offset := make([]record, len(b.keys)), s.size
	for i, k := range b.keys {
		list[i] = record{k, uint32(offset), uint32(len(b.entries[i].value)), b.entries[i].written}
		offset = list[i].end()
	}
	if err := s.append(b.bytes); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s.appended(b.bytes, list)
	for _, r := range list {
		d.take(s, r)
	}
	return nil
}

// roll seals the last segment and begins another.
func (d *disk) roll() error {
	if n := len(d.segments); n > 0 {
		if err := d.segments[n-1].seal(); err != nil {
			return err
		}
	}
	s, err := createSegment(d.dir, d.next, d.format)
	for ; errors.Is(err, os.ErrExist); s, err = createSegment(d.dir, d.next, d.format) {
		d.next++
	}
	if err != nil {
		return err
	}
	d.next++
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.segments); n > 0 {
		d.segments[n-1].records = nil
	}
	d.segments = append(d.segments, s)
	return nil
}

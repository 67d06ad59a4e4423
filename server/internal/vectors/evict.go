package vectors

import (
	"errors"
	"maps"
)

// Bounds of a segment in bytes. A record may go beyond. On a large disk they
// are larger, so that there are a few hundred files and not thousands.
const (
	leastSegment = 32 << 10
	mostSegment  = 32 << 20
	hugeSegment  = 1 << 30
)

// segmentBytes after which a segment is full: so much is dropped at once.
func (d *disk) segmentBytes() int64 {
	return max(min(max(d.limit/32, leastSegment), mostSegment), min(d.limit/256, hugeSegment))
}

// makeRoom for so many bytes by dropping the oldest segments. Of what was used
// since it was written, as much as half a segment is written again behind all
// others. So much is kept free for it. The caller holds writing.
// See RATIONALE: why-the-clock-evicts.
func (d *disk) makeRoom(bytes int64) error {
	for len(d.segments) > 1 && d.size()+bytes > d.limit-2*d.segmentBytes() {
		if err := d.evict(d.segments[0]); err != nil {
			return err
		}
	}
	return nil
}

func (d *disk) size() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.bytes()
}

// evict drops the oldest segment. What cannot be written again, on a disk that
// is full, is dropped, too.
func (d *disk) evict(s *segment) error {
	list, _, err := s.load()
	for _, b := range d.rescued(s, list) {
		if d.appendToLast(b) != nil {
			break
		}
	}
	d.drop(s, err == nil, list)
	return s.remove()
}

// rescued reads what is written again.
func (d *disk) rescued(s *segment, list []record) (batches []batch) {
	var b batch
	room := int(min(d.segmentBytes(), mostSegment) / 2)
	for _, r := range list {
		p, ok := d.live(s, r)
		if size := recordHeader + int(r.length) + indexRecord; !ok || !p.used || d.clock.expired(p.written) || size > room {
			continue
		} else {
			room -= size
		}
		e, err := p.read(r.key)
		if err != nil {
			continue
		}
		if b.add(r.key, e); len(b.bytes) >= d.batchBytes() {
			batches, b = append(batches, b), batch{}
		}
	}
	if len(b.keys) > 0 {
		batches = append(batches, b)
	}
	return batches
}

// live reports that a record is what counts for its key.
func (d *disk) live(s *segment, r record) (place, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok := d.index[r.key]
	return p, ok && p.segment == s && p.offset == r.offset
}

// drop takes out the oldest segment, which has the records of list, or more if
// that is not whole, and all that is left of it.
func (d *disk) drop(s *segment, whole bool, list []record) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := len(d.index)
	if !whole {
		maps.DeleteFunc(d.index, func(_ Key, p place) bool { return p.segment == s })
	}
	for _, r := range list {
		if p, ok := d.index[r.key]; ok && p.segment == s {
			delete(d.index, r.key)
		}
	}
	d.counts.diskEvicted.Add(int64(before - len(d.index)))
	d.segments = d.segments[1:]
}

// delete removes keys, and adds those it had to known. A deletion is a record
// of its own; then the value is overwritten.
func (d *disk) delete(keys []Key, known map[Key]struct{}) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	var b batch
	var places []place
	d.mu.Lock()
	for _, k := range keys {
		if _, ok := d.queue.entries[k]; ok {
			d.queue.remove(k)
			known[k] = struct{}{}
		}
		if p, ok := d.index[k]; ok {
			known[k] = struct{}{}
			places = append(places, p)
			delete(d.index, k)
			b.add(k, entry{written: d.clock.seconds()})
		}
	}
	d.queue.announce()
	d.mu.Unlock()
	if len(b.keys) == 0 {
		return nil
	}
	_ = d.append(b) // which warns; without a value there is nothing to be found
	return d.overwrite(places)
}

// overwrite the values at places, and wait for the disk to have done so.
func (d *disk) overwrite(places []place) (err error) {
	changed := map[*segment]struct{}{d.last(): {}}
	for _, p := range places {
		if p.segment.gone {
			continue
		}
		_, writeErr := p.segment.file.WriteAt(make([]byte, p.length), int64(p.offset)+int64(recordHeader))
		err = errors.Join(err, writeErr)
		p.segment.dirty = true
		changed[p.segment] = struct{}{}
	}
	for s := range changed {
		err = errors.Join(err, s.sync())
	}
	return err
}

// clear removes everything. It needs no room.
func (d *disk) clear() error {
	d.writing.Lock()
	defer d.writing.Unlock()
	d.mu.Lock()
	clear(d.index)
	for k := range d.queue.entries {
		d.queue.remove(k)
	}
	d.queue.announce()
	old := d.segments[:len(d.segments)-1]
	d.segments = d.segments[len(d.segments)-1:]
	last, head := d.last(), int64(len(segmentHead(d.format)))
	last.size, last.records, last.count = head, nil, 0
	d.mu.Unlock()
	var err error
	for _, s := range old {
		err = errors.Join(err, s.remove())
	}
	return errors.Join(err, last.truncate(head))
}

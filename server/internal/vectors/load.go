package vectors

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// fileName is what files of a store are called; others are left alone.
var fileName = regexp.MustCompile(`^[0-7][0-9a-f]{7}\.(vec|idx|idx\.tmp)$`)

// load reads what the folder holds. What is not of this format, or damaged, is
// dropped and said, and never an error.
func (d *disk) load() error {
	ids, err := d.list()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.loadSegment(id); err != nil {
			return err
		}
	}
	d.next = 1
	if n := len(d.segments); n > 0 {
		d.next = d.segments[n-1].id + 1
	}
	if err := d.continueLast(); err != nil {
		return err
	}
	return d.makeRoom(0)
}

// list returns the segments by age, and removes what belongs to none.
func (d *disk) list() (ids []uint32, err error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, err
	}
	var rest []string
	for _, e := range entries {
		name := e.Name()
		if !fileName.MatchString(name) {
			continue
		}
		if number, ok := strings.CutSuffix(name, ".vec"); ok {
			id, _ := strconv.ParseUint(number, 16, 32)
			ids = append(ids, uint32(id))
		} else {
			rest = append(rest, name)
		}
	}
	slices.Sort(ids)
	for _, name := range rest {
		id, _ := strconv.ParseUint(name[:8], 16, 32)
		if _, ok := slices.BinarySearch(ids, uint32(id)); !ok || strings.HasSuffix(name, ".tmp") {
			_ = os.Remove(filepath.Join(d.dir, name))
		}
	}
	return ids, nil
}

// mostID that a segment may have, so that there is always a next one.
const mostID = 0x7fff_0000

// loadSegment takes in one, or removes it.
func (d *disk) loadSegment(id uint32) error {
	if id > mostID {
		return d.removeForeign(id, errForeign)
	}
	s, err := openSegment(d.dir, id, d.format)
	if errors.Is(err, errForeign) || errors.Is(err, errTorn) {
		return d.removeForeign(id, err)
	}
	if err != nil {
		return err
	}
	list, whole, err := s.load()
	if err != nil {
		d.counts.corrupt.Add(1)
		d.warner.warn("corrupt", fmt.Errorf("reading vectors in %q: %d bytes of a file are damaged, and were dropped", d.dir, s.size-whole))
	}
	if whole < s.size {
		if err := s.truncate(whole); err != nil {
			return errors.Join(err, s.file.Close())
		}
	}
	s.size, s.records, s.count = whole, list, len(list)
	if last := len(d.segments) - 1; last >= 0 {
		d.segments[last].records = nil
	}
	d.segments = append(d.segments, s)
	for _, r := range list {
		d.take(s, r)
	}
	return nil
}

// take a record into the index.
func (d *disk) take(s *segment, r record) {
	if r.length == 0 {
		delete(d.index, r.key)
	} else {
		d.index[r.key] = place{segment: s, offset: r.offset, length: r.length, written: r.written}
	}
}

func (d *disk) removeForeign(id uint32, why error) error {
	if errors.Is(why, errForeign) {
		d.counts.foreign.Add(1)
		d.warner.warn("foreign", fmt.Errorf("vectors of another format in %q were removed", d.dir))
	}
	_ = removeSegment(segmentPath(d.dir, id)) // what stays is passed over by roll
	return nil
}

// continueLast writes on to the last segment, unless it is full.
func (d *disk) continueLast() error {
	if n := len(d.segments); n > 0 && d.segments[n-1].size < d.segmentBytes() {
		return nil
	}
	return d.roll()
}

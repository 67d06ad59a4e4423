package vectors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// A segment is a file of records behind a head that names their format:
//
//	 0 "splitrank vectors 1\n"
//	20 length of the format's name, one byte
//	21 its name
//	   CRC-32C of all this
const segmentMagic = "splitrank vectors 1\n"

// mostFormat is the longest name of a format in bytes.
const mostFormat = 255

// segment of the disk level.
type segment struct {
	id      uint32
	path    string
	file    *os.File
	size    int64
	records []record // what it holds, only of the last segment
	count   int      // of records
	dirty   bool     // written to since it was synced
	gone    bool     // it was removed
}

// record is where a record lies in its segment; one of length 0 is a deletion.
type record struct {
	key            Key
	offset, length uint32
	written        uint32
}

func (r record) end() int64 { return int64(r.offset) + int64(recordHeader) + int64(r.length) }

// Errors of openSegment.
var (
	errForeign = errors.New("its format is another one")
	errTorn    = errors.New("it holds nothing")
)

func segmentHead(format string) []byte {
	b := append([]byte(segmentMagic), byte(len(format)))
	b = append(b, format...)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func segmentPath(dir string, id uint32) string {
	return filepath.Join(dir, fmt.Sprintf("%08x.vec", id))
}

// createSegment makes an empty one.
func createSegment(dir string, id uint32, format string) (*segment, error) {
	path := segmentPath(dir, id)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	head := segmentHead(format)
	if _, err := f.WriteAt(head, 0); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	if err := syncFolder(dir); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return &segment{id: id, path: path, file: f, size: int64(len(head)), dirty: true}, nil
}

// openSegment opens one that is there.
func openSegment(dir string, id uint32, format string) (*segment, error) {
	path := segmentPath(dir, id)
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errForeign
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err := checkHead(f, info.Size(), segmentHead(format)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &segment{id: id, path: path, file: f, size: info.Size()}, nil
}

// checkHead reports a head that is not whole as errTorn.
func checkHead(f io.ReaderAt, size int64, want []byte) error {
	got := make([]byte, min(size, int64(len(want))))
	if _, err := f.ReadAt(got, 0); err != nil && err != io.EOF {
		return err
	}
	switch {
	case string(got) == string(want):
		return nil
	case string(got) == string(want[:len(got)]):
		return errTorn
	}
	return errForeign
}

// bytes of its files, the index included.
func (s *segment) bytes() int64 { return s.size + indexBytes(s.count) }

// append writes records behind the others, all or none.
func (s *segment) append(b []byte) error {
	s.dirty = true
	if _, err := s.file.WriteAt(b, s.size); err != nil {
		return errors.Join(err, s.file.Truncate(s.size))
	}
	return nil
}

// appended takes in what was written.
func (s *segment) appended(b []byte, list []record) {
	s.size += int64(len(b))
	s.records = append(s.records, list...)
	s.count += len(list)
}

// truncate its file. The index is of another size, which may come again.
func (s *segment) truncate(size int64) error {
	s.dirty = true
	if err := os.Remove(indexPath(s.path)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return s.file.Truncate(size)
}

func (s *segment) sync() error {
	if !s.dirty {
		return nil
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	s.dirty = false
	return nil
}

// seal writes the index of a segment that is complete, if it can: opening it
// takes longer without.
func (s *segment) seal() error {
	if err := s.sync(); err != nil {
		return err
	}
	_ = writeIndex(s.path, s.size, s.records)
	return nil
}

// remove deletes its files. Whoever is reading it reads on, or finds it closed.
func (s *segment) remove() error {
	s.gone = true
	return errors.Join(s.file.Close(), removeSegment(s.path))
}

func removeSegment(path string) error {
	err := os.Remove(path)
	if indexErr := os.Remove(indexPath(path)); !errors.Is(indexErr, os.ErrNotExist) {
		err = errors.Join(err, indexErr)
	}
	return err
}

// load returns what it holds, by its index, or, where there is none, by reading
// the heads of all records. whole is where the last whole record ends.
func (s *segment) load() (list []record, whole int64, err error) {
	if list, err := readIndex(s.path, s.size); err == nil {
		return list, s.size, nil
	}
	return s.scan()
}

// scan reads the heads of all records, up to one that is not whole or damaged;
// err is errCorrupt if it is damaged.
func (s *segment) scan() (list []record, whole int64, err error) {
	whole = int64(len(segmentMagic)) + 1
	var length [1]byte
	if _, err := s.file.ReadAt(length[:], whole-1); err != nil {
		return nil, 0, err
	}
	whole += int64(length[0]) + crc32.Size
	head := make([]byte, recordHeader)
	for whole+int64(recordHeader) <= s.size {
		if _, err := s.file.ReadAt(head, whole); err != nil {
			return list, whole, err
		}
		h, ok := parseHeader(head)
		r := record{h.key, uint32(whole), h.length, h.written}
		if !ok {
			return list, whole, errCorrupt
		}
		if r.end() > s.size {
			return list, whole, nil
		}
		list = append(list, r)
		whole = r.end()
	}
	return list, whole, nil
}

// read the value of a key at a place.
func (p place) read(k Key) (entry, error) {
	b := make([]byte, recordHeader+int(p.length))
	if _, err := p.segment.file.ReadAt(b, int64(p.offset)); err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return entry{}, errCorrupt
	} else if err != nil {
		return entry{}, err
	}
	return decodeRecord(k, b)
}

package vectors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"strings"
)

// The index of a segment says what it holds, so that opening it need not read
// it, integers little-endian:
//
//	 0 "splitrank vectors index 1\n"
//	26 size of the segment
//	34 records: key, offset, length, when written
//	   CRC-32C of all this
//
// It is a hint: what a record says of itself counts. One that does not fit its
// segment is not used. See RATIONALE: why-an-index-beside-each-segment.
const (
	indexMagic  = "splitrank vectors index 1\n"
	indexHead   = len(indexMagic) + 8
	indexRecord = len(Key{}) + 12
)

// indexBytes of so many records.
func indexBytes(records int) int64 { return int64(indexHead + records*indexRecord + crc32.Size) }

func indexPath(segment string) string { return strings.TrimSuffix(segment, ".vec") + ".idx" }

// errIndex is an index that does not fit its segment.
var errIndex = errors.New("the index of a segment is not of that segment")

// writeIndex writes it whole or not at all.
func writeIndex(segment string, size int64, list []record) error {
	b := make([]byte, 0, indexBytes(len(list)))
	b = append(b, indexMagic...)
	b = binary.LittleEndian.AppendUint64(b, uint64(size))
	for _, r := range list {
		b = append(b, r.key[:]...)
		b = binary.LittleEndian.AppendUint32(b, r.offset)
		b = binary.LittleEndian.AppendUint32(b, r.length)
		b = binary.LittleEndian.AppendUint32(b, r.written)
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	path := indexPath(segment)
	if err := os.WriteFile(path+".tmp", b, 0o600); err != nil {
		return errors.Join(err, os.Remove(path+".tmp"))
	}
	return os.Rename(path+".tmp", path)
}

// readIndex reads that of a segment of a size.
func readIndex(segment string, size int64) ([]record, error) {
	path := indexPath(segment)
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	// A record takes at least its head, so there are not more than fit.
	if most := indexBytes(int(size / int64(recordHeader))); !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("%w: it has %d bytes", errIndex, info.Size())
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseIndex(b, size)
}

func parseIndex(b []byte, size int64) ([]record, error) {
	body := len(b) - crc32.Size
	if body < indexHead || (body-indexHead)%indexRecord != 0 || string(b[:len(indexMagic)]) != indexMagic ||
		binary.LittleEndian.Uint32(b[body:]) != crc32.Checksum(b[:body], castagnoli) ||
		binary.LittleEndian.Uint64(b[len(indexMagic):]) != uint64(size) {
		return nil, errIndex
	}
	list := make([]record, 0, (body-indexHead)/indexRecord)
	for b := b[indexHead:body]; len(b) > 0; b = b[indexRecord:] {
		r := record{
			Key(b), binary.LittleEndian.Uint32(b[32:]), binary.LittleEndian.Uint32(b[36:]), binary.LittleEndian.Uint32(b[40:]),
		}
		if r.end() > size {
			return nil, errIndex
		}
		list = append(list, r)
	}
	return list, nil
}

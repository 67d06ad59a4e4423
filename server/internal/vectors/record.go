package vectors

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// A record is an entry in bytes, on disk and in Redis, integers little-endian:
//
//	 0 magic
//	 4 CRC-32C of the rest of the header
//	 8 CRC-32C of key and value
//	12 length of the value; 0 = the key was deleted
//	16 when it was written, in seconds since 1970
//	20 key
//	52 value
//
// See RATIONALE: why-crc-32c.
const (
	recordMagic  = 0x31_63_65_76 // "vec1"
	recordHeader = 20 + len(Key{})
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errCorrupt is a record that is not what was written.
var errCorrupt = errors.New("a value is damaged, and was dropped")

// header of a record.
type header struct {
	sum, length, written uint32
	key                  Key
}

// appendRecord appends an entry as a record; one without a value is a deletion.
func appendRecord(b []byte, k Key, e entry) []byte {
	start := len(b)
	b = binary.LittleEndian.AppendUint32(b, recordMagic)
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = binary.LittleEndian.AppendUint32(b, valueSum(k, e.value))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(e.value)))
	b = binary.LittleEndian.AppendUint32(b, e.written)
	b = append(b, k[:]...)
	binary.LittleEndian.PutUint32(b[start+4:], crc32.Checksum(b[start+8:], castagnoli))
	return append(b, e.value...)
}

func valueSum(k Key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(k[:], castagnoli), castagnoli, value)
}

// parseHeader reads the header of a record.
func parseHeader(b []byte) (h header, ok bool) {
	if len(b) < recordHeader || binary.LittleEndian.Uint32(b) != recordMagic ||
		binary.LittleEndian.Uint32(b[4:]) != crc32.Checksum(b[8:recordHeader], castagnoli) {
		return h, false
	}
	h = header{binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:]), binary.LittleEndian.Uint32(b[16:]), Key(b[20:])}
	return h, true
}

// decodeRecord returns the entry of a key, whose value is part of b.
func decodeRecord(k Key, b []byte) (entry, error) {
	h, ok := parseHeader(b)
	if !ok || h.key != k || h.length == 0 || uint64(len(b)) != uint64(recordHeader)+uint64(h.length) {
		return entry{}, errCorrupt
	}
	value := b[recordHeader:]
	if valueSum(k, value) != h.sum {
		return entry{}, errCorrupt
	}
	return entry{value, h.written}, nil
}

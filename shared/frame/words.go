package frame

import "unsafe"

// words reads and writes little-endian numbers at byte offsets. Offsets are
// checked by its users, once per array.
type words []byte

func (w words) u32(at int) uint32 {
	b := w[at : at+4]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func (w words) u64(at int) uint64 {
	return uint64(w.u32(at)) | uint64(w.u32(at+4))<<32
}

func (w words) putU32(at int, v uint32) {
	b := w[at : at+4]
	b[0], b[1], b[2], b[3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
}

func (w words) putU64(at int, v uint64) {
	w.putU32(at, uint32(v))
	w.putU32(at+4, uint32(v>>32))
}

// grow lengthens dst by n zero bytes and returns it with the new part.
func grow(dst []byte, n int) ([]byte, words) {
	start := len(dst)
	if cap(dst)-start < n {
		dst = append(make([]byte, 0, start+n+(start+n)/4), dst...)
	}
	dst = dst[:start+n]
	clear(dst[start:])
	return dst, words(dst[start:])
}

// blob cuts strings from the end of a frame, in order. The strings share the
// frame's memory.
type blob struct {
	rest []byte
	// short is set when a string was longer than what was left.
	short bool
}

func (b *blob) next(n uint32) string {
	if int64(n) > int64(len(b.rest)) {
		b.short, b.rest = true, nil
		return ""
	}
	s := unsafe.String(unsafe.SliceData(b.rest), int(n))
	b.rest = b.rest[n:]
	return s
}

// end checks that the strings filled the frame exactly.
func (b *blob) end() error {
	if b.short || len(b.rest) > 0 {
		return malformed("strings", "lengths do not fill the frame")
	}
	return nil
}

package heuristics

// index finds small numbers by hashes, by open addressing in memory that is
// used again.
type index struct {
	keys   []uint64
	values []int32 // none = free
}

// Its methods are kept out of their many callers for the size of the Wasm; what
// is hot asks place.

// reset empties the index and makes room for n keys.
//
//go:noinline
func (x *index) reset(n int) {
	size := 16
	for size < 2*n {
		size *= 2
	}
	x.keys = zeroed(x.keys, size)
	x.values = zeroed(x.values, size)
	for i := range x.values {
		x.values[i] = none
	}
}

// place is where a key is, or where it would be.
func (x *index) place(key uint64) int {
	mask := len(x.values) - 1
	at := int(key) & mask
	for x.values[at] != none && x.keys[at] != key {
		at = (at + 1) & mask
	}
	return at
}

// find answers the value of a key, none if there is none.
//
//go:noinline
func (x *index) find(key uint64) int32 { return x.values[x.place(key)] }

// put sets the value of a key.
//
//go:noinline
func (x *index) put(key uint64, value int32) {
	at := x.place(key)
	x.keys[at], x.values[at] = key, value
}

package maxsim

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestCompareStaysInside: a document may end where its memory ends. Were a byte
// behind it read, the program would die here.
func TestCompareStaysInside(t *testing.T) {
	for _, l := range layouts {
		m := newMaker(1, l)
		form := atEnd(t, m.encode(t, m.units(7)))
		for _, k := range kernels() {
			if _, match := m.query(t, k, m.units(9)).Compare(form); match < -1.01 || match > 1.01 {
				t.Errorf("%v, %+v: match %v", k, l, match)
			}
		}
	}
}

// atEnd copies b to the end of a page before one that cannot be read.
func atEnd(t *testing.T, b []byte) []byte {
	page := unix.Getpagesize()
	size := (len(b) + page - 1) / page * page
	memory, err := unix.Mmap(-1, 0, size+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(memory) })
	if err := unix.Mprotect(memory[size:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	copy(memory[size-len(b):], b)
	return memory[size-len(b) : size : size]
}

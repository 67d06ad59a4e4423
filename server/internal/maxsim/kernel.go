package maxsim

// A kernel is one way to compute the same products.
type kernel int

const (
	portable kernel = iota
	avx2
)

// String names the kernel for tests and benchmarks.
func (k kernel) String() string { return [...]string{"portable", "avx2"}[k] }

// offset is what the kernel adds to a document's values to make them unsigned.
func (k kernel) offset(bits int) int32 {
	switch {
	case bits == 4:
		return nibbleOffset
	case k == portable:
		return byteOffset
	}
	return 0
}

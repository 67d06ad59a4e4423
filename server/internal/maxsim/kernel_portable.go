//go:build !amd64 || purego

package maxsim

const fastest = portable

func packVector([][]int8, Layout) []byte { return nil }

func (q *Query) bestVector(best *[pass]float32, from, to int, scales, values []byte) {
	panic("no vector kernel")
}

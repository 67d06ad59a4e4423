//go:build !purego

package maxsim

import (
	"encoding/binary"

	"golang.org/x/sys/cpu"
)

// fastest is the kernel of this processor.
var fastest = choose()

func choose() kernel {
	if cpu.X86.HasAVX2 {
		return avx2
	}
	return portable
}

const (
	// stepSize is how many bytes of a group of the query meet one step of a
	// document's row: 64 values of 4 bits, or 32 of 8 bits.
	stepSize  = 256
	tokenStep = stepSize / lanes
)

// steps of a row, 32 bytes each; the last may have 16.
func (l Layout) steps() int { return (l.row() + 31) / 32 }

// packVector lays the tokens of a query out in groups of four, which are padded
// with zeros: for every step the values of one token after the other, in the
// order in which the kernels part a row.
func packVector(tokens [][]int8, l Layout) []byte {
	steps := l.steps()
	packed := make([]byte, (len(tokens)+lanes-1)/lanes*steps*stepSize)
	for i, token := range tokens {
		group := packed[i/lanes*steps*stepSize:]
		for step := range steps {
			to := group[step*stepSize+i%lanes*tokenStep:][:tokenStep]
			if l.Bits == 4 {
				packNibbles(to, token, step*32)
			} else {
				packWide(to, token[step*block:])
			}
		}
	}
	return packed
}

// packNibbles writes what meets 32 bytes of a row, from the byte at: the values
// of the low nibbles, then those of the high ones. Bytes behind the row are 0.
func packNibbles(to []byte, token []int8, at int) {
	for i := 0; i < 32 && at+i < len(token)/2; i++ {
		to[i] = byte(token[valueAt(at+i, 0)])
		to[32+i] = byte(token[valueAt(at+i, 1)])
	}
}

// packWide writes 32 values in 16 bits each.
func packWide(to []byte, token []int8) {
	for i := range block {
		binary.LittleEndian.PutUint16(to[2*i:], uint16(int16(token[i])))
	}
}

// bestVector is best by AVX2. There is at least one token on both sides.
func (q *Query) bestVector(best *[pass]float32, from, to int, scales, values []byte) {
	groups, row := (to-from+lanes-1)/lanes, q.layout.row()
	packed := q.packed[from/lanes*q.layout.steps()*stepSize:]
	if q.layout.Bits == 4 {
		bestNibblesAVX2(&best[0], &packed[0], &q.bias[from], groups, &values[0], &scales[0], len(scales)/scaleSize, row)
		return
	}
	bestBytesAVX2(&best[0], &packed[0], groups, &values[0], &scales[0], len(scales)/scaleSize, row)
}

// bestNibblesAVX2 raises best, four values a group, to the largest product of a
// scale and a dot product of packed values. Bias is added to the dot products.
// Rows have row bytes, a multiple of 16.
//
//go:noescape
func bestNibblesAVX2(best *float32, query *byte, bias *int32, groups int, values, scales *byte, tokens, row int)

// bestBytesAVX2 is the same for values of 8 bits, and rows of a multiple of 32
// bytes.
//
//go:noescape
func bestBytesAVX2(best *float32, query *byte, groups int, values, scales *byte, tokens, row int)

package maxsim

import "encoding/binary"

// The portable kernel multiplies several values at once. Values lie in the
// lanes of a word, those of the query in reverse order: then the highest lane of
// the product of two words is the dot product of their values, as the middle
// coefficient of a product of polynomials is. Values of both sides are made
// unsigned by an offset, so no lane borrows:
//
//	bits  lanes  width  of a product, four of them added     fits
//	4     4      16     highest 4·4·15·255 = 61,200          2¹⁶
//	                    others  4·3·15·255 = 45,900          2¹⁶
//	8     3      22     highest 4·3·255·255 = 780,300        2²⁰
//	                    others  4·2·255·255 = 520,200        2²²
//
// see RATIONALE: why-the-portable-kernel-multiplies-words
const (
	byteOffset  = 128
	nibbleShift = 48 // where the highest of 4 lanes begins
	byteShift   = 44 // and of 3 lanes
	nibbleLanes = 0x000f000f000f000f
	maxQuads    = (MaxDimensions + 11) / 12
)

// A quad is four words, whose products are added before they are shifted.
type quad [4]uint64

// quads of a token.
func (l Layout) quads() int {
	if l.Bits == 4 {
		return l.Dimensions / 16
	}
	return (l.Dimensions + 11) / 12
}

// spreadQuery lays the tokens of a query out, each value plus byteOffset.
func spreadQuery(tokens [][]int8, l Layout) []quad {
	quads := make([]quad, len(tokens)*l.quads())
	for i, token := range tokens {
		row := quads[i*l.quads():][:l.quads()]
		for at, v := range token {
			word, shift := laneAt(at, l.Bits)
			row[word/4][word%4] |= uint64(int(v)+byteOffset) << shift
		}
	}
	return quads
}

// laneAt is the word of a query's value, and by how many bits it is shifted. It
// mirrors spreadNibbles and spreadBytes.
func laneAt(value, bits int) (word, shift int) {
	if bits == 8 {
		return value / 3, 22 * (2 - value%3)
	}
	nibble, in := value%block/16, value%16
	i := value/block*16 + in // of the byte, see valueAt
	return i/8*4 + i%2*2 + nibble, 16 * (3 - i%8/2)
}

// spreadNibbles lays a row of 4 bits out and adds its values up.
func spreadNibbles(quads []quad, row []byte) int32 {
	var sum uint64
	for i := range quads {
		x := binary.LittleEndian.Uint64(row[8*i:])
		q := quad{x & nibbleLanes, x >> 4 & nibbleLanes, x >> 8 & nibbleLanes, x >> 12 & nibbleLanes}
		sum += q[0] + q[1] + q[2] + q[3]
		quads[i] = q
	}
	return int32(sum&0xffff + sum>>16&0xffff + sum>>32&0xffff + sum>>48)
}

// spreadBytes lays a row of 8 bits out, each value plus byteOffset, and adds
// these up.
func spreadBytes(quads []quad, row []byte) int32 {
	var sum uint64
	for i := range quads {
		for j := range quads[i] {
			word := threeBytes(row)
			row = row[min(3, len(row)):]
			quads[i][j] = word
			sum += word
		}
	}
	return int32(sum&0x3fffff + sum>>22&0x3fffff + sum>>44)
}

// threeBytes is the word of the first three values of a row, or of those that
// there are.
func threeBytes(row []byte) (word uint64) {
	if len(row) >= 3 {
		return uint64(row[0]^byteOffset) | uint64(row[1]^byteOffset)<<22 | uint64(row[2]^byteOffset)<<44
	}
	for i, b := range row {
		word |= uint64(b^byteOffset) << (22 * i)
	}
	return word
}

// bestPortable is best without vector instructions.
func (q *Query) bestPortable(best *[pass]float32, from, to int, scales, values []byte) {
	var spread [maxQuads]quad
	quads, row, shift := spread[:q.layout.quads()], q.layout.row(), q.shift()
	for ; len(scales) >= scaleSize; scales, values = scales[scaleSize:], values[row:] {
		sum := byteOffset * q.spread(quads, values[:row])
		scale := readScale(scales)
		for i := from; i < to; i++ {
			product := int32(products(quads, q.quads[i*len(quads):], shift)) - sum + q.bias[i]
			if v := float32(product) * scale; v > best[i-from] {
				best[i-from] = v
			}
		}
	}
}

func (q *Query) shift() int {
	if q.layout.Bits == 4 {
		return nibbleShift
	}
	return byteShift
}

func (q *Query) spread(quads []quad, row []byte) int32 {
	if q.layout.Bits == 4 {
		return spreadNibbles(quads, row)
	}
	return spreadBytes(quads, row)
}

// products adds up the highest lanes of the products of two rows.
func products(a, b []quad, shift int) (sum uint64) {
	b = b[:len(a)]
	for i := range a {
		x, y := &a[i], &b[i]
		sum += (x[0]*y[0] + x[1]*y[1] + x[2]*y[2] + x[3]*y[3]) >> (shift & 63)
	}
	return sum
}

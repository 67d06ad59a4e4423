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
const (
	byteOffset  = 128
	nibbleShift = 48 // where the highest of 4 lanes begins
	byteShift   = 44 // and of 3 lanes
	nibbleLanes = 0x000f000f000f000f
	maxWords    = (MaxDimensions+2)/3 + 2
)

// words of a token, a multiple of 4.
func (l Layout) words() int {
	if l.Bits == 4 {
		return l.Dimensions / 4
	}
	return (l.Dimensions + 11) / 12 * 4
}

// spreadQuery lays the tokens of a query out, each plus byteOffset.
func spreadQuery(tokens [][]int8, l Layout) []uint64 {
	words := make([]uint64, len(tokens)*l.words())
	for i, token := range tokens {
		row := words[i*l.words():][:l.words()]
		for at, v := range token {
			word, shift := laneAt(at, l.Bits)
			row[word] |= uint64(int(v)+byteOffset) << shift
		}
	}
	return words
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
func spreadNibbles(words []uint64, row []byte) int32 {
	var sum uint64
	for len(row) >= 8 && len(words) >= 4 {
		x := binary.LittleEndian.Uint64(row)
		words[0], words[1] = x&nibbleLanes, x>>4&nibbleLanes
		words[2], words[3] = x>>8&nibbleLanes, x>>12&nibbleLanes
		sum += words[0] + words[1] + words[2] + words[3]
		row, words = row[8:], words[4:]
	}
	return int32(sum&0xffff + sum>>16&0xffff + sum>>32&0xffff + sum>>48)
}

// spreadBytes lays a row of 8 bits out, each value plus byteOffset, and adds
// these up.
func spreadBytes(words []uint64, row []byte) int32 {
	var sum uint64
	for len(row) >= 3 && len(words) > 0 {
		a, b, c := row[0]^byteOffset, row[1]^byteOffset, row[2]^byteOffset
		words[0] = uint64(a) | uint64(b)<<22 | uint64(c)<<44
		sum += words[0]
		row, words = row[3:], words[1:]
	}
	if len(row) > 0 {
		words[0] = lastBytes(row)
		sum += words[0]
	}
	return int32(sum&0x3fffff + sum>>22&0x3fffff + sum>>44)
}

// lastBytes is the word of less than three values.
func lastBytes(row []byte) (word uint64) {
	for i, b := range row {
		word |= uint64(b^byteOffset) << (22 * i)
	}
	return word
}

// bestPortable is best without vector instructions.
func (q *Query) bestPortable(best *[pass]float32, from, to int, scales, values []byte) {
	var spread [maxWords]uint64
	words, row, shift := spread[:q.layout.words()], q.layout.row(), q.shift()
	for ; len(scales) >= scaleSize; scales, values = scales[scaleSize:], values[row:] {
		sum := byteOffset * q.spread(words, values[:row])
		scale := readScale(scales)
		for i := from; i < to; i++ {
			product := int32(products(words, q.words[i*len(words):][:len(words)], shift)) - sum + q.bias[i]
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

func (q *Query) spread(words []uint64, row []byte) int32 {
	if q.layout.Bits == 4 {
		return spreadNibbles(words, row)
	}
	return spreadBytes(words, row)
}

// products adds up the highest lanes of the products of two rows of words.
func products(a, b []uint64, shift int) (sum uint64) {
	b = b[:len(a)]
	for ; len(a) >= 4 && len(b) >= 4; a, b = a[4:], b[4:] {
		sum += (a[0]*b[0] + a[1]*b[1] + a[2]*b[2] + a[3]*b[3]) >> (shift & 63)
	}
	return sum
}

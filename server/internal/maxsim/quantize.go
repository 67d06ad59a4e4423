package maxsim

import "math"

// MaxValue is the largest size of a value that is encoded. Vectors of unit
// length are far below. Up to here no similarity leaves the range of a float32.
const MaxValue = 1 << 20

// nibbleOffset makes a value of 4 bits unsigned.
const nibbleOffset = 8

// steps is the largest value of so many bits, from -steps to steps.
func steps(bits int) float32 {
	if bits == 4 {
		return 7
	}
	return 127
}

// quantize packs a vector into row and returns its scale, which the packed
// values are multiples of: the largest size of a value, divided by steps.
// Halves round away from zero. The scale of a vector of zeros is 0.
func quantize(row []byte, vector []float32, bits int) float32 {
	scale := scaleOf(vector, bits)
	if bits == 4 {
		pack(row, vector, scale)
		return scale
	}
	for i, x := range vector {
		row[i] = byte(rounded(x, scale, 127))
	}
	return scale
}

// pack writes values of 4 bits in blocks of 32: byte i of the 16 bytes of a
// block holds value i in its low nibble and value 16+i in its high one, each
// plus 8. So one mask and one shift part a register into bytes.
func pack(row []byte, vector []float32, scale float32) {
	for i := range row {
		low := rounded(vector[valueAt(i, 0)], scale, 7) + nibbleOffset
		high := rounded(vector[valueAt(i, 1)], scale, 7) + nibbleOffset
		row[i] = byte(low) | byte(high)<<4
	}
}

// valueAt is which value of a vector lies in the low (0) or high (1) nibble of a
// byte of its row.
func valueAt(i, nibble int) int { return i/16*block + nibble*16 + i%16 }

func scaleOf(vector []float32, bits int) float32 {
	var most float32
	for _, x := range vector {
		most = max(most, float32(math.Abs(float64(x))))
	}
	return most / steps(bits)
}

// rounded is how often scale goes into x, at most limit.
func rounded(x, scale float32, limit int) int8 {
	if scale == 0 {
		return 0
	}
	times := float64(x) / float64(scale)
	if times < 0 {
		return int8(-min(int(0.5-times), limit))
	}
	return int8(min(int(times+0.5), limit))
}

// strange finds the first value that is not finite or beyond MaxValue, or
// returns -1.
func strange(vector []float32) int {
	for i, x := range vector {
		if !(x >= -MaxValue && x <= MaxValue) {
			return i
		}
	}
	return -1
}

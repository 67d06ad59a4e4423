package heuristics

import "math/bits"

// Score is a fixed-point number with 16 fractional bits: One is 1.0. Integers
// give the same scores on every processor; floating point does not
// (multiply-add fusion, math.Exp). See RATIONALE: why-integers.
type Score int64

// One is the Score of 1.0.
const One Score = 1 << 16

// Float is the exact value of s.
func (s Score) Float() float64 { return float64(s) / float64(One) }

// mul multiplies two Scores, rounding down.
func mul(a, b Score) Score { return a * b >> 16 }

// share is part of whole as a Score, 0 where there is no whole.
func share(part, whole Score) Score {
	if whole == 0 {
		return 0
	}
	return part * One / whole
}

// clamp bounds s to [0, One].
func clamp(s Score) Score { return min(max(s, 0), One) }

// log2 is the binary logarithm of x >= 1, rounded down to 16 fractional bits,
// by repeated squaring of the mantissa.
func log2(x uint64) Score {
	n := bits.Len64(x) - 1
	m := x << (63 - n) >> 32 // mantissa in [1, 2), 31 fractional bits
	s := Score(n)
	for range 16 {
		m = m * m >> 31
		s <<= 1
		if m >= 1<<32 {
			m >>= 1
			s |= 1
		}
	}
	return s
}

// isqrt is the square root of x, rounded down.
func isqrt(x uint64) uint64 {
	if x < 2 {
		return x
	}
	r := uint64(1) << ((bits.Len64(x) + 1) / 2) // not below the root
	for {
		next := (r + x/r) / 2
		if next >= r {
			return r
		}
		r = next
	}
}

// cosine is cross by the square root of a·b as a Score, where cross is not
// above it. Small numbers are widened before the root is rounded:
// see RATIONALE: why-a-correlation-is-widened.
func cosine(cross int64, a, b uint64) Score {
	hi, lo := bits.Mul64(a, b)
	if hi != 0 {
		return ratio(cross, isqrt(a)*isqrt(b))
	}
	wider := bits.LeadingZeros64(lo) / 2
	return ratio(cross<<wider, isqrt(lo<<(2*wider)))
}

// ratio is a/b as a Score for |a| <= b, without overflow.
func ratio(a int64, b uint64) Score {
	sign := Score(1)
	if a < 0 {
		a, sign = -a, -1
	}
	return sign * min(quotient(uint64(a), b), One)
}

// quotient is a/b as a Score for a/b below 2^47, without overflow on the way,
// 0 where b is 0.
func quotient(a, b uint64) Score {
	if b == 0 {
		return 0
	}
	hi, lo := bits.Mul64(a, uint64(One))
	q, _ := bits.Div64(hi, lo, b)
	return Score(q)
}

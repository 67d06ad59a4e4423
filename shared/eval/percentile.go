package eval

import "math"

// Percentile is the smallest of the ascending values that at least the share p,
// 0 to 1, does not exceed (nearest rank). It is 0 of nothing.
func Percentile(ascending []float64, p float64) float64 {
	if len(ascending) == 0 {
		return 0
	}
	rank := int(math.Ceil(p * float64(len(ascending))))
	return ascending[min(max(rank, 1), len(ascending))-1]
}

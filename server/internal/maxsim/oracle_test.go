package maxsim

import "math"

// A text is a document or query before it is made small.
type text struct{ tokens, weights, mean []float32 }

// oracle compares by the package's documentation, the slow way: no bytes, no
// packing, one product after the other.
func oracle(l Layout, query, document text) Similarity {
	var s Similarity
	if l.MeanDimensions > 0 {
		q, qs := small(query.mean, 127)
		d, ds := small(document.mean, 127)
		s.Cosine = float64(slowDot(q, d)) * float64(float64(ds)*float64(qs))
	}
	limit := map[int]float64{4: 7, 8: 127}[l.Bits]
	for i, w := range query.weights {
		if w == 0 {
			continue
		}
		q, qs := small(query.tokens[i*l.Dimensions:][:l.Dimensions], 127)
		best := float32(-math.MaxFloat32)
		for j := 0; j < len(document.tokens); j += l.Dimensions {
			d, ds := small(document.tokens[j:][:l.Dimensions], limit)
			best = max(best, float32(slowDot(q, d))*ds)
		}
		near := max(float64(float64(best)*float64(qs)), -1)
		if len(document.tokens) == 0 {
			near = -1
		}
		s.Match += float64(near * float64(w))
	}
	return s
}

// small returns the whole multiples of the scale, and the scale.
func small(vector []float32, limit float64) ([]int, float32) {
	var most float64
	for _, x := range vector {
		most = max(most, math.Abs(float64(x)))
	}
	scale := float32(most) / float32(limit)
	values := make([]int, len(vector))
	for i, x := range vector {
		if scale == 0 {
			continue
		}
		size := min(math.Floor(math.Abs(float64(x))/float64(scale)+0.5), limit)
		values[i] = int(math.Copysign(size, float64(x)))
	}
	return values, scale
}

func slowDot(a, b []int) (sum int) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

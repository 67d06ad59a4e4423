package answer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRanks(t *testing.T) {
	tests := []struct {
		name         string
		values, want []float64
	}{
		{"none", nil, nil},
		{"one", []float64{7}, []float64{0}},
		{"in order", []float64{-1, 0, 5}, []float64{-1, 0, 1}},
		{"equal ones share", []float64{3, 1, 3, 2}, []float64{1, -1.5, 1, -0.5}},
		{"all equal", []float64{2, 2, 2}, []float64{0, 0, 0}},
	}
	for _, tt := range tests {
		if got := ranks(tt.values); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestPartial compares with the slow way: what a line through c leaves of both.
func TestPartial(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n := 4 + r.IntN(40)
		lists := make([][]float64, 3)
		for i := range lists {
			for range n {
				lists[i] = append(lists[i], float64(r.IntN(2*n)))
			}
			lists[i] = ranks(lists[i])
		}
		a, b, c := lists[0], lists[1], lists[2]
		got, want := partial(a, b, c), correlation(without(a, c), without(b, c))
		if math.Abs(got-want) > 1e-9 {
			t.Fatalf("%v, want %v, of %v", got, want, lists)
		}
	}
}

// without is what least squares with c leave of a.
func without(a, c []float64) []float64 {
	var ac, cc float64
	for i := range a {
		ac, cc = ac+a[i]*c[i], cc+c[i]*c[i]
	}
	left := slices.Clone(a)
	for i := range left {
		left[i] -= ac / cc * c[i]
	}
	return left
}

func TestPartialOfNothing(t *testing.T) {
	up, flat := []float64{-1, 0, 1}, []float64{0, 0, 0}
	near := []float64{-1, 0, 1 + 1e-7}
	tests := []struct {
		name    string
		a, b, c []float64
		want    float64
	}{
		{"all alike", up, up, up, 0},
		{"all but alike", up, up, near, 0},
		{"a constant", flat, up, up, 0},
		{"b constant", up, flat, up, 0},
		{"c constant", up, up, flat, 1},
		{"all constant", flat, flat, flat, 0},
	}
	for _, tt := range tests {
		if got := partial(tt.a, tt.b, tt.c); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

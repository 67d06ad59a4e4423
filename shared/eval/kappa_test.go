package eval

import (
	"math"
	"testing"
)

func TestKappa(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b []int
		want float64
	}{
		{"none", nil, nil, 0},
		{"the same", []int{0, 1, 2, 3}, []int{0, 1, 2, 3}, 1},
		{"one grade throughout", []int{1, 1}, []int{1, 1}, 1},
		{"never", []int{0, 1}, []int{1, 0}, -1},
		{"chance", []int{0, 0, 1, 1}, []int{0, 1, 0, 1}, 0},
		// 20 yes/yes, 15 no/no, 5 and 10 apart: the example of textbooks.
		{"textbook", join(20, 1, 5, 1, 10, 0, 15, 0), join(20, 1, 5, 0, 10, 1, 15, 0), 0.4},
	} {
		if got := Kappa(c.a, c.b); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %g, want %g", c.name, got, c.want)
		}
	}
	if got := FromGrade([]int{0, 1, 2, 3}, 2); got[1] != 0 || got[2] != 1 {
		t.Errorf("from grade 2: %v", got)
	}
}

func join(pairs ...int) (list []int) {
	for i := 0; i < len(pairs); i += 2 {
		for range pairs[i] {
			list = append(list, pairs[i+1])
		}
	}
	return list
}

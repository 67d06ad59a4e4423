package pvalue

import "testing"

func TestEquation(t *testing.T) {
	for p, want := range map[float64]string{
		0: "p < 0.001", 0.00099: "p < 0.001", 0.001: "p = 0.001", 0.0014: "p = 0.001", 0.0496: "p = 0.05", 0.123: "p = 0.12", 0.75: "p = 0.75", 1: "p = 1",
	} {
		if got := Equation(p); got != want {
			t.Errorf("%v: got %q, want %q", p, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for p, want := range map[float64]string{0.0001: "< 0.001", 0.02: "0.02"} {
		if got := Short(p); got != want {
			t.Errorf("%v: got %q, want %q", p, got, want)
		}
	}
}

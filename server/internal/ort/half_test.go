package ort

import (
	"math"
	"testing"
)

// Examples from the table of binary16 in IEEE 754's article of Wikipedia.
func TestHalfToFloat(t *testing.T) {
	inf := float32(math.Inf(1))
	tests := []struct {
		name string
		half uint16
		want float32
	}{
		{"zero", 0, 0},
		{"one", 0x3c00, 1},
		{"minus two", 0xc000, -2},
		{"a third", 0x3555, 0.333251953125},
		{"largest", 0x7bff, 65504},
		{"smallest normal", 0x0400, 0x1p-14},
		{"largest subnormal", 0x03ff, 0x1p-14 - 0x1p-24},
		{"smallest subnormal", 0x0001, 0x1p-24},
		{"negative subnormal", 0x8001, -0x1p-24},
		{"infinity", 0x7c00, inf},
		{"minus infinity", 0xfc00, -inf},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := HalfToFloat(tt.half); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	if got := HalfToFloat(0x7e00); got == got {
		t.Errorf("%v, want NaN", got)
	}
	if got := math.Float32bits(HalfToFloat(0x8000)); got != 1<<31 {
		t.Errorf("%#x, want minus zero", got)
	}
}

// Widening keeps the order and is undone by scaling: every finite half is its
// fraction times a power of two.
func TestHalfToFloatIsExact(t *testing.T) {
	for h := range uint16(0x7c00) {
		exponent, fraction := int(h>>10), float64(h&1023)
		want := math.Ldexp(1024+fraction, exponent-25)
		if exponent == 0 {
			want = math.Ldexp(fraction, -24)
		}
		if got := float64(HalfToFloat(h)); got != want {
			t.Fatalf("%#x: %v, want %v", h, got, want)
		}
	}
}

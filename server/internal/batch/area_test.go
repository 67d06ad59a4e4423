package batch

import "testing"

// TestMaxArea: wide batches have fewer pairs, and one always fits.
func TestMaxArea(t *testing.T) {
	tests := []struct {
		name        string
		area, width int
		want        int
	}{
		{"no bound", 0, 512, 2},
		{"narrow ones are bounded by tokens", 1024 * 256, 64, 16},
		{"as wide as both allow", 1024 * 256, 256, 4},
		{"wider", 1024 * 256, 512, 1},
		{"a long one goes alone", 1024 * 256, 4096, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, err := New[int, float32](nil, Options{MaxArea: tt.area})
			if err != nil {
				t.Fatal(err)
			}
			if got := q.room(tt.width); got != tt.want {
				t.Errorf("room for %d pairs, want %d", got, tt.want)
			}
		})
	}
}

package heuristics

import "testing"

func TestLengthCurve(t *testing.T) {
	for _, c := range []struct {
		name  string
		curve LengthCurve
		words int
		want  Score
	}{
		{"nothing is too short", LengthCurve{}, 0, 0},
		{"half of the default short", LengthCurve{}, DefaultShort / 2, One / 2},
		{"the default short", LengthCurve{}, DefaultShort, One},
		{"the default long", LengthCurve{}, DefaultLong, One},
		{"twice the default long", LengthCurve{}, 2 * DefaultLong, One / 2},
		{"one more than long", LengthCurve{Long: 99}, 100, One * 99 / 100},
		{"short and long alike: a peak", LengthCurve{Short: 50, Long: 50}, 50, One},
		{"below the peak", LengthCurve{Short: 50, Long: 50}, 25, One / 2},
		{"above the peak", LengthCurve{Short: 50, Long: 50}, 100, One / 2},
		{"short above the default long moves long", LengthCurve{Short: 400}, 400, One},
		{"and what is longer falls from there", LengthCurve{Short: 400}, 800, One / 2},
		{"a million words", LengthCurve{}, 1 << 20, One * DefaultLong >> 20},
	} {
		if got := c.curve.fit(c.words); got != c.want {
			t.Errorf("%s: %d words fit %d, want %d", c.name, c.words, got, c.want)
		}
	}
}

package heuristics

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// samples are small numbers, numbers about the powers of two, and random ones
// of every size.
func samples() []uint64 {
	var out []uint64
	for x := range uint64(5000) {
		out = append(out, x)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for bit := 12; bit < 64; bit++ {
		p := uint64(1) << bit
		out = append(out, p-1, p, p+1, p+rng.Uint64N(p), p+rng.Uint64N(p))
	}
	return append(out, math.MaxUint64)
}

func TestLog2(t *testing.T) {
	for _, x := range samples() {
		if x == 0 {
			continue
		}
		got, want := log2(x).Float(), math.Log2(float64(x))
		if math.Abs(got-want) > 1.0/float64(One) {
			t.Errorf("log2(%d) is %v, want %v within 1/65536", x, got, want)
		}
	}
}

func TestLog2IsExactAtPowersOfTwo(t *testing.T) {
	for bit := range 64 {
		if got, want := log2(1<<bit), Score(bit)*One; got != want {
			t.Errorf("log2(2^%d) is %d, want %d", bit, got, want)
		}
	}
}

func TestLog2NeverFalls(t *testing.T) {
	last := Score(-1)
	for x := uint64(1); x < 1<<17; x++ {
		s := log2(x)
		if s < last {
			t.Fatalf("log2(%d) is %d, below the %d before it", x, s, last)
		}
		last = s
	}
}

func TestIsqrt(t *testing.T) {
	for _, x := range samples() {
		want := new(big.Int).Sqrt(new(big.Int).SetUint64(x)).Uint64()
		if got := isqrt(x); got != want {
			t.Errorf("isqrt(%d) is %d, want %d", x, got, want)
		}
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		name              string
		part, whole, want Score
	}{
		{"half", 1, 2, One / 2},
		{"all", 7, 7, One},
		{"more than all", 3, 2, One * 3 / 2},
		{"rounded towards zero", 1, 3, 21845},
		{"negative, towards zero too", -1, 3, -21845},
		{"nothing of nothing", 0, 0, 0},
		{"something of nothing counts as nothing", 5, 0, 0},
	} {
		if got := share(c.part, c.whole); got != c.want {
			t.Errorf("%s: share(%d, %d) is %d, want %d", c.name, c.part, c.whole, got, c.want)
		}
	}
}

func TestRatio(t *testing.T) {
	for _, c := range []struct {
		name string
		a    int64
		b    uint64
		want Score
	}{
		{"half", 1, 2, One / 2},
		{"minus half", -1, 2, -One / 2},
		{"no whole", 0, 0, 0},
		{"a little above one by rounding", 1001, 1000, One},
		{"a little below minus one", -1001, 1000, -One},
		{"where share would overflow", 1 << 61, 1 << 62, One / 2},
		{"beyond 63 bits below", 1 << 62, 1 << 63, One / 2},
	} {
		if got := ratio(c.a, c.b); got != c.want {
			t.Errorf("%s: ratio(%d, %d) is %d, want %d", c.name, c.a, c.b, got, c.want)
		}
	}
}

func TestQuotient(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 10_000 {
		a, b := rng.Uint64()>>rng.IntN(63), 1+rng.Uint64()>>rng.IntN(63)
		want := new(big.Int).Lsh(new(big.Int).SetUint64(a), 16)
		want.Quo(want, new(big.Int).SetUint64(b))
		if want.BitLen() > 62 {
			continue
		}
		if got := quotient(a, b); got != Score(want.Int64()) {
			t.Errorf("quotient(%d, %d) is %d, want %d", a, b, got, want)
		}
	}
	if got := quotient(1, 0); got != 0 {
		t.Errorf("quotient(1, 0) is %d, want 0", got)
	}
}

func TestCosine(t *testing.T) {
	for _, c := range []struct {
		name  string
		cross int64
		a, b  uint64
		want  float64
	}{
		{"one", 9, 9, 9, 1},
		{"minus one", -9, 9, 9, -1},
		{"of small numbers", 4, 8, 8, 0.5}, // roots rounded apart would give one
		{"of unequal ones", 2, 3, 7, 0.43644},
		{"nothing", 0, 0, 5, 0},
		{"just below 64 bits", 1 << 30, 1 << 31, 1 << 31, 0.5},
		{"beyond 64 bits", -1 << 58, 1 << 60, 1 << 58, -0.5},
	} {
		if got := cosine(c.cross, c.a, c.b).Float(); math.Abs(got-c.want) > 2e-5 {
			t.Errorf("%s: cosine(%d, %d, %d) is %.5f, want %.5f", c.name, c.cross, c.a, c.b, got, c.want)
		}
	}
}

func TestFloatIsExact(t *testing.T) {
	for _, s := range []Score{0, 1, One / 3, One - 1, One, -One / 7} {
		if got := Score(s.Float() * float64(One)); got != s {
			t.Errorf("%d comes back from Float as %d", s, got)
		}
	}
}

package eval

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// exchanges is the p-value over all 2^n exchanges.
func exchanges(changes []float64) float64 {
	sum := func(signs int) (s float64) {
		for i, c := range changes {
			if signs>>i&1 == 1 {
				c = -c
			}
			s += c
		}
		return math.Abs(s)
	}
	extreme, all := 0, 1<<len(changes)
	for signs := range all {
		if sum(signs) >= sum(0)-1e-12 {
			extreme++
		}
	}
	return float64(extreme) / float64(all)
}

func TestRandomized(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		name  string
		shift float64
	}{{"no change", 0}, {"a little", 0.1}, {"much", 0.4}} {
		before, after := make([]float64, 12), make([]float64, 12)
		for i := range before {
			before[i] = random.Float64()
			after[i] = before[i] + tt.shift + 0.2*random.NormFloat64()
		}
		got, err := Randomized(Pair{before, after})
		if want := exchanges(subtract(after, before)); err != nil || math.Abs(got-want) > 0.015 {
			t.Errorf("%s: %v, want %v, error %v", tt.name, got, want, err)
		}
	}
	if p, _ := Randomized(Pair{[]float64{1, 2}, []float64{1, 2}}); p != 1 {
		t.Errorf("the same: %v", p)
	}
	for _, bad := range []Pair{{}, {[]float64{1}, nil}} {
		if _, err := Randomized(bad); err == nil {
			t.Errorf("%v is compared", bad)
		}
	}
}

// TestRandomizedIsHonest: where nothing changed, p is below 0.05 in about 5 of 100.
func TestRandomizedIsHonest(t *testing.T) {
	const runs = 200
	below := 0
	for run := range runs {
		random := rand.New(rand.NewPCG(3, uint64(run)))
		p := Pair{make([]float64, 30), make([]float64, 30)}
		for i := range p.Before {
			p.Before[i], p.After[i] = random.Float64(), random.Float64()
		}
		if v, _ := Randomized(p); v < 0.05 {
			below++
		}
	}
	if below > runs/10 {
		t.Errorf("%d of %d", below, runs)
	}
}

func TestHolm(t *testing.T) {
	for _, tt := range []struct{ p, want []float64 }{
		{nil, []float64{}}, {[]float64{0.04}, []float64{0.04}}, {[]float64{0.01, 0.04, 0.03}, []float64{0.03, 0.06, 0.06}},
		{[]float64{0.5, 0.9}, []float64{1, 1}}, {[]float64{0.03, 0.01}, []float64{0.03, 0.02}},
	} {
		if diff := cmp.Diff(tt.want, Holm(tt.p), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
			t.Errorf("%v: %s", tt.p, diff)
		}
	}
}

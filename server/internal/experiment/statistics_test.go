package experiment

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// exactEvidence is E of SignTest by its definition, with whole numbers: the product
// over wins i and losses j of 2(a+i) and 2(a+j), over that of 2a+k.
func exactEvidence(wins, losses int) float64 {
	e := big.NewRat(1, 1)
	times := func(n int) {
		for i := range n {
			e.Mul(e, big.NewRat(int64(2*(prior+i)), 1))
		}
	}
	times(wins)
	times(losses)
	for k := range wins + losses {
		e.Quo(e, big.NewRat(int64(2*prior+k), 1))
	}
	f, _ := e.Float64()
	return f
}

func TestEvidence(t *testing.T) {
	for _, tt := range []struct{ wins, losses int }{{0, 0}, {1, 0}, {0, 1}, {7, 7}, {60, 40}, {433, 367}, {1000, 800}} {
		test := SignTest{wins: tt.wins, losses: tt.losses}
		want := exactEvidence(tt.wins, tt.losses)
		if got := test.Evidence(); math.Abs(got/want-1) > 1e-6 {
			t.Errorf("%d wins and %d losses: evidence %v, want %v", tt.wins, tt.losses, got, want)
		}
	}
}

// TestEvidenceIsFair: before an impression the evidence after it is expected to be
// what it is, which is what makes reading at any time valid (Ville's inequality).
func TestEvidenceIsFair(t *testing.T) {
	for wins := range 40 {
		for losses := range 40 {
			now := SignTest{wins: wins, losses: losses}
			win, loss := SignTest{wins: wins + 1, losses: losses}, SignTest{wins: wins, losses: losses + 1}
			if mean := (win.Evidence() + loss.Evidence()) / 2; math.Abs(mean/now.Evidence()-1) > 1e-9 {
				t.Fatalf("after %d wins and %d losses %v becomes %v on average", wins, losses, now.Evidence(), mean)
			}
		}
	}
}

func TestPNeverRises(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var test SignTest
	before := test.P()
	for range 2000 {
		test.Add(random.Float64() < 0.6)
		if p := test.P(); p > before || p < 0 || p > 1 {
			t.Fatalf("p rises from %v to %v", before, p)
		}
		before = test.P()
	}
	if before > 1e-6 {
		t.Errorf("60:40 over 2000 leaves p at %v", before)
	}
}

func TestBinomial(t *testing.T) {
	for _, tt := range []struct {
		k, n int
		p    float64
		want float64
	}{
		{0, 0, 0.5, 1}, {5, 10, 0.5, 1}, {1, 10, 0.5, 0.021484375}, {9, 10, 0.5, 0.021484375}, {0, 5, 0.5, 0.0625},
		{60, 100, 0.5, 0.05688793364098078}, {2, 10, 0.3, 0.7332}, {10, 10, 1, 1},
	} {
		if got := Binomial(tt.k, tt.n, tt.p); math.Abs(got-tt.want) > 1e-4 {
			t.Errorf("%d of %d at %v: %v, want %v", tt.k, tt.n, tt.p, got, tt.want)
		}
	}
}

func TestSampleRatio(t *testing.T) {
	for _, tt := range []struct {
		a, b  int
		share float64
		want  float64
	}{
		{500, 500, 0.5, 1}, {0, 0, 0.5, 1}, {530, 470, 0.5, 0.0578}, {900, 100, 0.9, 1}, {5200, 4800, 0.5, 6.33e-5},
	} {
		if got := SampleRatio(tt.a, tt.b, tt.share); math.Abs(got-tt.want) > 2e-4 {
			t.Errorf("%d : %d at %v: %v, want %v", tt.a, tt.b, tt.share, got, tt.want)
		}
	}
}

// TestMixtureTest: of splits without a difference, read after every tenth pair of
// units, at most 5 % find one; of those with five points nearly all do.
func TestMixtureTest(t *testing.T) {
	const runs, units = 300, 4000
	found := func(random *rand.Rand, rate float64) bool {
		var a, b Moments
		for i := range units {
			a.Add(float64(count(random.Float64() < 0.3)))
			b.Add(float64(count(random.Float64() < rate)))
			if i%10 == 9 {
				if p, _ := MixtureTest(a, b); p < 0.05 {
					return true
				}
			}
		}
		return false
	}
	var alarms, hits int
	for run := range runs {
		random := rand.New(rand.NewPCG(3, uint64(run)))
		alarms += count(found(random, 0.3))
		hits += count(found(random, 0.35))
	}
	t.Logf("%d false alarms, %d found, of %d", alarms, hits, runs)
	if alarms > runs/20 || hits < runs*8/10 {
		t.Errorf("%d false alarms and %d found, of %d", alarms, hits, runs)
	}
	if p, evidence := MixtureTest(Moments{}, Moments{}); p != 1 || evidence != 1 {
		t.Errorf("of nothing: p %v, evidence %v", p, evidence)
	}
}

// TestIntervalOfClients: where impressions of one client are alike, the interval of
// the mean still holds it 95 times of a hundred.
func TestIntervalOfClients(t *testing.T) {
	const runs, clients, each = 400, 150, 10
	holds := 0
	for run := range runs {
		random := rand.New(rand.NewPCG(4, uint64(run)))
		c := newClusters()
		for client := range clients {
			rate := 0.3 + 0.6*random.Float64() // 0.6 on average
			for range each {
				c.add(string(rune(client)), float64(count(random.Float64() < rate)))
			}
		}
		if i := c.interval(0.5); i.Low <= 0.1 && 0.1 <= i.High {
			holds++
		}
	}
	if holds < runs*92/100 || holds > runs*98/100 {
		t.Errorf("%d of %d intervals hold the mean", holds, runs)
	}
}

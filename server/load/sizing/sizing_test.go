package main

import (
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of SIZING.md anew")

// TestPage: the tables are those of the figures.
func TestPage(t *testing.T) {
	if *update {
		if err := run(".", true); err != nil {
			t.Fatal(err)
		}
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("other processors round the last digit otherwise")
	}
	f, err := readFigures("figures.json")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("SIZING.md")
	if err != nil {
		t.Fatal(err)
	}
	if want, err := replace(page, tables(f)); err != nil || string(want) != string(page) {
		t.Errorf("the tables of SIZING.md are not those of figures.json (error %v): make sizing, and look at the difference", err)
	}
}

// TestErlang: known values.
func TestErlang(t *testing.T) {
	for _, tt := range []struct {
		c    int
		a    float64
		want float64
	}{
		{1, 0.5, 0.5}, // M/M/1: the utilisation
		{2, 1, 1.0 / 3},
		{3, 2, 0.4444},
		{10, 8, 0.4092},
	} {
		if got := erlangC(tt.c, tt.a); math.Abs(got-tt.want) > 1e-3 {
			t.Errorf("C(%d, %g) = %.4f, want %.4f", tt.c, tt.a, got, tt.want)
		}
	}
}

// TestSimulation: it agrees with what is known exactly, M/M/1, M/D/1 and M/M/c, and
// the approximation for M/G/c with it.
func TestSimulation(t *testing.T) {
	exponential := func(r *rand.Rand) float64 { return r.ExpFloat64() }
	constant := func(*rand.Rand) float64 { return 1 }
	for _, tt := range []struct {
		name  string
		c     int
		rho   float64
		serve func(*rand.Rand) float64
		cv2   float64
	}{
		{"M/M/1", 1, 0.7, exponential, 1},
		{"M/D/1", 1, 0.7, constant, 0},
		{"M/M/4", 4, 0.8, exponential, 1},
	} {
		s := simulation{replicas: 1, cores: tt.c, rate: tt.rho * float64(tt.c), requests: 400_000, serve: tt.serve, joined: true}
		waits := s.run()
		sum := 0.0
		for _, w := range waits {
			sum += w
		}
		average, tail := waiting(tt.c, s.rate, 1, tt.cv2, 0.01)
		if got := sum / float64(len(waits)); math.Abs(got-average) > 0.06*average {
			t.Errorf("%s: the mean wait is %.3f, by the formula %.3f", tt.name, got, average)
		}
		if got := waits[len(waits)*99/100]; math.Abs(got-tail) > 0.15*tail {
			t.Errorf("%s: one in a hundred waits %.3f, by the formula %.3f", tt.name, got, tail)
		}
	}
}

// TestBinomial: mean and variance are those of the distribution.
func TestBinomial(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, chance := range []float64{0, 0.01, 0.05, 0.5, 1} {
		const n, draws = 100, 50_000
		var sum, squares float64
		for range draws {
			x := float64(binomial(r, n, chance))
			sum, squares = sum+x, squares+x*x
		}
		mean := sum / draws
		variance := squares/draws - mean*mean
		if want := n * chance * (1 - chance); math.Abs(mean-n*chance) > 0.1 || math.Abs(variance-want) > 0.05*want+1e-9 {
			t.Errorf("chance %g: mean %.3f, variance %.3f, want %.3f and %.3f", chance, mean, variance, n*chance, want)
		}
	}
}

// TestBusiest: more processors bear more of their time, and less wait less.
func TestBusiest(t *testing.T) {
	if a, b := busiest(2, 5, 0.5, 50), busiest(16, 5, 0.5, 50); a <= 0 || b < a {
		t.Errorf("2 processors %.2f, 16 processors %.2f", a, b)
	}
	if a, b := busiest(4, 30, 1, 10), busiest(4, 30, 1, 100); b < a {
		t.Errorf("a wait of 10 ms %.2f, of 100 ms %.2f", a, b)
	}
}

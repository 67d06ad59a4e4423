package eval

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestCompare(t *testing.T) {
	tests := []struct {
		name                 string
		pairs                []Pair
		mean, low, high, rel float64
	}{
		{
			name:  "the same change everywhere is certain",
			pairs: []Pair{{Before: []float64{0.25, 0.5, 0.75}, After: []float64{0.5, 0.75, 1}}},
			mean:  0.25, low: 0.25, high: 0.25, rel: 0.5,
		},
		{
			name:  "no change",
			pairs: []Pair{{Before: []float64{0.25, 0.5}, After: []float64{0.25, 0.5}}},
		},
		{
			// Of two changes, 0 and 1, a draw has the mean 0, 1/2 or 1 with 1/4, 1/2, 1/4.
			name:  "two queries that disagree",
			pairs: []Pair{{Before: []float64{0, 1}, After: []float64{1, 1}}},
			mean:  0.5, low: 0, high: 1, rel: 1,
		},
		{
			name: "collections weigh the same",
			pairs: []Pair{
				{Before: []float64{0.5}, After: []float64{1}},
				{Before: []float64{0.5, 0.5, 0.5}, After: []float64{0.5, 0.5, 0.5}},
			},
			mean: 0.25, low: 0.25, high: 0.25, rel: 0.5,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := Compare(test.pairs...)
			if err != nil {
				t.Fatal(err)
			}
			if d.Mean != test.mean || d.Low != test.low || d.High != test.high || *d.Relative != test.rel {
				t.Errorf("got %v [%v, %v] %v, want %v [%v, %v] %v", d.Mean, d.Low, d.High, *d.Relative, test.mean, test.low, test.high, test.rel)
			}
		})
	}
}

func TestCompareRefuses(t *testing.T) {
	for name, p := range map[string]Pair{
		"nothing":           {},
		"different lengths": {Before: []float64{1}, After: []float64{1, 2}},
	} {
		if d, err := Compare(p); err == nil {
			t.Errorf("%s: got %v, want an error", name, d)
		}
	}
}

func TestCompareWithoutBase(t *testing.T) {
	d, err := Compare(Pair{Before: []float64{0, 0}, After: []float64{1, 1}})
	if err != nil || d.Relative != nil || d.Mean != 1 {
		t.Errorf("got %+v, %v, want a mean of 1 and no relative change", d, err)
	}
}

// The interval of normally distributed changes is known: mean ± 1.96 sd / √n.
func TestCompareAgainstTheNormalInterval(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const n = 400
	p := Pair{Before: make([]float64, n), After: make([]float64, n)}
	for i := range n {
		p.Before[i] = random.Float64()
		p.After[i] = p.Before[i] + 0.05 + 0.2*random.NormFloat64()
	}
	changes := subtract(p.After, p.Before)
	mean, squares := Mean(changes), 0.0
	for _, c := range changes {
		squares += (c - mean) * (c - mean)
	}
	half := 1.96 * math.Sqrt(squares/(n-1)/n)
	d, err := Compare(p)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(d.Low-(mean-half)) > half/10 || math.Abs(d.High-(mean+half)) > half/10 {
		t.Errorf("got %v … %v, want about %v … %v", d.Low, d.High, mean-half, mean+half)
	}
	if again, _ := Compare(p); again.Low != d.Low || again.High != d.High {
		t.Errorf("a second time %v … %v, first %v … %v", again.Low, again.High, d.Low, d.High)
	}
}

func TestPercentile(t *testing.T) {
	tests := []struct {
		name   string
		values []float64
		p      float64
		want   float64
	}{
		{"of nothing", nil, 0.5, 0},
		{"of one", []float64{7}, 0.95, 7},
		{"median of four is the second", []float64{1, 2, 3, 4}, 0.5, 2},
		{"median of five is the third", []float64{1, 2, 3, 4, 5}, 0.5, 3},
		{"95th of twenty is the nineteenth", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}, 0.95, 19},
		{"zero is the least", []float64{1, 2}, 0, 1},
		{"one is the greatest", []float64{1, 2}, 1, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Percentile(test.values, test.p); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

package experiment

import "math"

// prior is the a of the beta mixture of SignTest: the test is at its best for
// effects near 0.5 ± 0.5/√(2a+1), here 53.5:46.5.
// See RATIONALE: why-an-experiment-may-be-read-at-any-time.
const prior = 100

// SignTest is an always-valid sign test of wins against losses: under the
// hypothesis that both are equally likely it may be read after every one of them,
// and falls below α in at most a share α of all experiments. Its evidence is the
// Bayes factor of a win rate drawn from Beta(a, a) against ½.
type SignTest struct {
	wins, losses int
	least        float64 // 1 / the largest evidence so far
}

// Add a decided impression.
func (t *SignTest) Add(win bool) {
	if win {
		t.wins++
	} else {
		t.losses++
	}
	p := math.Exp(-t.logEvidence())
	if t.wins+t.losses == 1 || p < t.least {
		t.least = p
	}
}

// logEvidence is log E, E = B(a+w, a+l) / B(a, a) · 2^(w+l).
func (t *SignTest) logEvidence() float64 {
	w, l := float64(t.wins), float64(t.losses)
	return logBeta(prior+w, prior+l) - logBeta(prior, prior) + (w+l)*math.Ln2
}

// Evidence E now: how many times better the data fit a difference than none.
func (t *SignTest) Evidence() float64 { return math.Exp(t.logEvidence()) }

// P is the always-valid p-value.
func (t *SignTest) P() float64 {
	if t.wins+t.losses == 0 {
		return 1
	}
	return min(1, t.least)
}

func logBeta(a, b float64) float64 { return logGamma(a) + logGamma(b) - logGamma(a+b) }

func logGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// Binomial is the exact two-sided p-value of k of n at a rate of p: the
// probability of all outcomes that are at most as likely. It is for a look at a
// number of observations fixed beforehand.
func Binomial(k, n int, p float64) float64 {
	if n == 0 {
		return 1
	}
	at := logBinomial(k, n, p)
	sum := 0.0
	for i := 0; i <= n; i++ {
		if l := logBinomial(i, n, p); l <= at+1e-9 {
			sum += math.Exp(l)
		}
	}
	return min(1, sum)
}

func logBinomial(k, n int, p float64) float64 {
	x, m := float64(k), float64(n)
	return logGamma(m+1) - logGamma(x+1) - logGamma(m-x+1) + times(x, math.Log(p)) + times(m-x, math.Log1p(-p))
}

// times is 0 for 0 times infinity.
func times(n, log float64) float64 {
	if n == 0 {
		return 0
	}
	return n * log
}

// ratioAlpha is where a sample ratio counts as broken: rare enough that it does not
// happen by itself, see RATIONALE: why-a-broken-sample-ratio-ends-the-analysis.
const ratioAlpha = 0.001

// SampleRatio is the p-value of the χ² test, with one degree of freedom, that the
// first of two counts is a share of both.
func SampleRatio(first, second int, share float64) float64 {
	n := float64(first + second)
	a, b := n*share, n*(1-share)
	if a == 0 || b == 0 {
		return 1
	}
	x := square(float64(first)-a)/a + square(float64(second)-b)/b
	return math.Erfc(math.Sqrt(x / 2))
}

func square(x float64) float64 { return x * x }

// hopedFor is the τ of MixtureTest as a share of the spread of a unit's value: the
// standard deviation of the effects that it is at its best for.
const hopedFor = 0.05

// MixtureTest is the mixture sequential probability ratio test of a difference of
// means (Johari, Pekelis and Walsh, 2015): normal in large samples, and valid
// whenever it is read. p is 1 below two units in an arm.
func MixtureTest(a, b Moments) (p, evidence float64) {
	v := a.variance()/a.N + b.variance()/b.N
	spread := (a.variance() + b.variance()) / 2
	if a.N < 2 || b.N < 2 || !(v > 0) {
		return 1, 1
	}
	tau := square(hopedFor) * spread
	d := b.Mean() - a.Mean()
	evidence = math.Sqrt(v/(v+tau)) * math.Exp(d*d*tau/(2*v*(v+tau)))
	return min(1, 1/evidence), evidence
}

// Moments sum up the values of units.
type Moments struct{ N, Sum, Squares float64 }

// Add a value.
func (m *Moments) Add(x float64) { m.N, m.Sum, m.Squares = m.N+1, m.Sum+x, m.Squares+x*x }

// Mean of the values; 0 without any.
func (m Moments) Mean() float64 {
	if m.N == 0 {
		return 0
	}
	return m.Sum / m.N
}

// variance with n − 1.
func (m Moments) variance() float64 {
	if m.N < 2 {
		return 0
	}
	return max(0, (m.Squares-m.Sum*m.Sum/m.N)/(m.N-1))
}

// Interval is an estimate with its 95 % interval.
type Interval struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// z95 is the 97.5th percentile of the normal distribution.
const z95 = 1.959964

func around(mean, standardError float64) Interval {
	return Interval{Mean: mean, Low: mean - z95*standardError, High: mean + z95*standardError}
}

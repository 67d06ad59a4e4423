package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
)

// figures are what was measured, each of one processor: see server/load, --figures.
type figures struct {
	Machine      string  `json:"machine"`
	Program      string  `json:"program"`
	Model        string  `json:"model"`
	PassageBytes int     `json:"passage_bytes"`
	Known100     float64 `json:"known_100_ms"`
	Known1000    float64 `json:"known_1000_ms"`
	Read         float64 `json:"read_ms"`
	KeptBytes    float64 `json:"kept_bytes"`
}

func readFigures(path string) (f figures, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err == nil && (f.Known100 <= 0 || f.Known1000 <= f.Known100 || f.Read <= 0 || f.KeptBytes <= 0) {
		err = fmt.Errorf("%s lacks a figure", path)
	}
	return f, err
}

// request costs of a processor in milliseconds: something for every request, and
// something for each passage.
func (f figures) request() (each, passage float64) {
	passage = (f.Known1000 - f.Known100) / 900
	return f.Known100 - 100*passage, passage
}

// traffic is what is asked of a fleet.
type traffic struct {
	passages int     // of a request
	unknown  float64 // of them, on average, that have to be read
}

// service time of a request in milliseconds of one processor: its mean, and the
// square of its coefficient of variation. How many passages are unknown is taken as
// binomial: each is with the same chance.
func (f figures) service(t traffic) (mean, cv2 float64) {
	each, passage := f.request()
	n := float64(t.passages)
	chance := t.unknown / n
	mean = each + n*passage + t.unknown*f.Read
	variance := n * chance * (1 - chance) * f.Read * f.Read
	return mean, variance / (mean * mean)
}

// erlangC is the chance that a request waits where c processors serve a load of a
// processors (A. K. Erlang 1917), by the recursion of Erlang B.
func erlangC(c int, a float64) float64 {
	b := 1.0
	for k := 1; k <= c; k++ {
		b = a * b / (float64(k) + a*b)
	}
	rho := a / float64(c)
	return b / (1 - rho*(1-b))
}

// waiting is the mean wait, and the wait that only share of all requests exceed, in
// the unit of mean: M/G/c by Allen and Cunneen, with an exponential tail.
func waiting(c int, rate, mean, cv2, share float64) (average, tail float64) {
	a := rate * mean
	if a >= float64(c) {
		return math.Inf(1), math.Inf(1)
	}
	chance := erlangC(c, a)
	each := (1 + cv2) / 2 * mean / (float64(c) - a)
	average = chance * each
	if chance <= share {
		return average, 0
	}
	return average, each * math.Log(chance/share)
}

// busiest is the highest utilisation, in steps of a hundredth, at which no more than
// one request in a hundred waits longer than some milliseconds.
func busiest(c int, mean, cv2, wait float64) float64 {
	best := 0.0
	for step := 1; step < 100; step++ {
		rho := float64(step) / 100
		if _, tail := waiting(c, rho*float64(c)/mean, mean, cv2, 0.01); tail <= wait {
			best = rho
		}
	}
	return best
}

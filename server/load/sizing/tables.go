package main

import (
	"fmt"
	"math"
	"strings"
)

// What the tables take for granted.
const (
	passagesOfRequest = 100
	corePrice         = 0.04 // dollars an hour
	tailWait          = 50.0 // milliseconds that one request in a hundred may wait
	replicaCores      = 4
	simulated         = 200_000 // requests
)

// mixes of the tables.
var mixes = []struct {
	name    string
	unknown float64 // passages of a request
}{{"all known", 0}, {"1 of 100 unknown", 1}, {"5 of 100 unknown", 5}, {"all unknown", 100}}

// tables of the page.
func tables(f figures) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on one processor (%s), %s, model %s, passages of %d bytes:\n\n", f.Machine, f.Program, f.Model, f.PassageBytes)
	each, passage := f.request()
	b.WriteString("| figure | value |\n|---|---|\n")
	fmt.Fprintf(&b, "| a request, whatever it holds | %.2f ms |\n", each)
	fmt.Fprintf(&b, "| each known passage of it | %.4f ms: %.0f a second |\n", passage, 1000/passage)
	fmt.Fprintf(&b, "| each passage that has to be read | %.1f ms: %.0f a second |\n", f.Read, 1000/f.Read)
	fmt.Fprintf(&b, "| a passage that was read, in memory | %.0f bytes: %.0f GB for a million |\n\n", f.KeptBytes, math.Ceil(f.KeptBytes*1e6/1e9))
	f.costs(&b)
	f.fleets(&b)
	f.checks(&b)
	return b.String()
}

// costs of a mix.
func (f figures) costs(b *strings.Builder) {
	fmt.Fprintf(b, "Requests of %d passages; %d processors a replica; utilisation at which one request in a hundred waits longer than %.0f ms; a processor costs $%.2f an hour:\n\n", passagesOfRequest, replicaCores, tailWait, corePrice)
	b.WriteString("| mix | ms a request | utilisation | requests a second and processor | $ for a million requests |\n|---|---|---|---|---|\n")
	for _, m := range mixes {
		mean, cv2 := f.service(traffic{passagesOfRequest, m.unknown})
		rho := busiest(replicaCores, mean, cv2, tailWait)
		if rho == 0 {
			fmt.Fprintf(b, "| %s | %.0f | – | – | – |\n", m.name, mean)
			continue
		}
		fmt.Fprintf(b, "| %s | %.1f | %.0f %% | %.1f | %.2f |\n", m.name, mean, 100*rho, 1000*rho/mean, mean/3.6e6/rho*corePrice*1e6)
	}
	b.WriteString("\n")
}

// fleets on paper.
func (f figures) fleets(b *strings.Builder) {
	fmt.Fprintf(b, "Replicas of %d processors, one more than are needed, so that one may be away:\n\n", replicaCores)
	b.WriteString("| requests a second |")
	for _, m := range mixes[:3] {
		fmt.Fprintf(b, " %s |", m.name)
	}
	b.WriteString("\n|---|---|---|---|\n")
	for _, rate := range []float64{10, 100, 1000, 10_000} {
		fmt.Fprintf(b, "| %.0f |", rate)
		for _, m := range mixes[:3] {
			mean, cv2 := f.service(traffic{passagesOfRequest, m.unknown})
			rho := busiest(replicaCores, mean, cv2, tailWait)
			fmt.Fprintf(b, " %.0f |", math.Ceil(rate*mean/1000/rho/replicaCores)+1)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
}

// checks of the formula against the simulation.
func (f figures) checks(b *strings.Builder) {
	fmt.Fprintf(b, "The formula beside %d simulated requests: wait of one in a hundred, in ms, with one line before all processors, and with three replicas that are given to by the fewest in flight:\n\n", simulated)
	b.WriteString("| mix | processors | utilisation | formula | simulation | three replicas |\n|---|---|---|---|---|---|\n")
	for _, m := range mixes[:3] {
		for _, c := range []int{3, 12} {
			for _, rho := range []float64{0.5, 0.7, 0.9} {
				row := f.check(traffic{passagesOfRequest, m.unknown}, c, rho)
				fmt.Fprintf(b, "| %s | %d | %.0f %% | %.1f | %.1f | %.1f |\n", m.name, c, 100*rho, row.formula, row.joined, row.apart)
			}
		}
	}
	b.WriteString("\n")
}

// checked is one row.
type checked struct{ formula, joined, apart float64 }

func (f figures) check(t traffic, cores int, rho float64) checked {
	mean, cv2 := f.service(t)
	rate := rho * float64(cores) / mean
	_, tail := waiting(cores, rate, mean, cv2, 0.01)
	s := simulation{replicas: 3, cores: cores / 3, rate: rate, requests: simulated, serve: f.draw(t)}
	apart := s.run()
	s.joined = true
	joined := s.run()
	at := func(list []float64) float64 { return list[len(list)*99/100] }
	return checked{tail, at(joined), at(apart)}
}

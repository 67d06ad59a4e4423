//go:build !race

package experiment

import "testing"

// TestSimulate holds what experiments promise: read after every impression, at most
// 5 % of those without a difference find one, and 55:45 is found. Nothing in it is
// concurrent, and the race detector makes it ten times slower.
func TestSimulate(t *testing.T) {
	s := Simulate(SimulationOptions{Runs: 400, MaxN: 2000, P: 0.55, Alpha: 0.05, Seed: 1})
	t.Logf("%+v", s)
	if s.Null.FalseAlarms > 20 {
		t.Errorf("%d false alarms in %d experiments", s.Null.FalseAlarms, s.Null.Runs)
	}
	if s.Effect.Found < 320 || s.Effect.MedianN > 800 {
		t.Errorf("found %d of %d, the median after %d", s.Effect.Found, s.Effect.Runs, s.Effect.MedianN)
	}
}

package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/splitrank/splitrank/shared/eval"
)

// repeat asks questions twice, one request at a time: the second one is known.
// Where the time was too short to ask one first, it does not count.
func repeat(ctx context.Context, l *load) (err error) {
	s, err := l.start("--model", l.Model)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	some := min(len(l.traffic.questions), 25)
	s.closed(ctx, 1, l.short(), func(i int) shot { return l.traffic.ask(i%some, nil) })
	known := s.closed(ctx, 1, l.short(), func(i int) shot { return l.traffic.ask(i%some, nil) })
	cheap := s.closed(ctx, 1, l.short(), func(i int) shot { return l.traffic.ask(i%some, map[string]any{"pipeline": "heuristic"}) })
	known = slices.DeleteFunc(known, func(a answer) bool { return a.code != 200 || a.Usage.Scored > 0 || a.Usage.Cached == 0 })
	if len(known) == 0 || len(cheap) == 0 {
		return errors.New("no request found its scores in the cache: give it more --seconds")
	}
	second, heuristic := latencies(known), latencies(cheap)
	p50 := eval.Percentile(second, 0.5)
	l.print("a second identical request, %d candidates, %d times\n", candidates, len(known))
	l.print("  client   p50 %.2f ms  p95 %.2f ms\n", p50, eval.Percentile(second, 0.95))
	l.print("  server   p50 %.2f ms  p95 %.2f ms\n", eval.Percentile(totals(known), 0.5), eval.Percentile(totals(known), 0.95))
	l.print("  heuristics alone, client   p50 %.2f ms: a known answer takes %.2f times as long\n",
		eval.Percentile(heuristic, 0.5), p50/eval.Percentile(heuristic, 0.5))
	l.bar(p50 <= 2, "second identical request: 0 pairs scored, p50 %.2f ms of 2", p50)
	l.print("\n")
	return nil
}

// latencies in milliseconds, ascending.
func latencies(list []answer) []float64 {
	return sorted(list, func(a answer) float64 { return float64(a.latency) / float64(time.Millisecond) })
}

// totals that the server itself measured, in milliseconds, ascending.
func totals(list []answer) []float64 {
	return sorted(list, func(a answer) float64 { return a.Timings.Total })
}

func sorted(list []answer, of func(answer) float64) []float64 {
	values := make([]float64, len(list))
	for i, a := range list {
		values[i] = of(a)
	}
	slices.Sort(values)
	return values
}

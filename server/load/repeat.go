package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/splitrank/splitrank/shared/eval"
)

// repeat asks questions, and then those that were answered again and again, one
// request at a time.
func repeat(ctx context.Context, l *load) (err error) {
	s, err := l.start("--model", l.Model)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	first := s.closed(ctx, 1, l.short(), func(i int) shot { return l.traffic.ask(i, nil) })
	some := min(len(first), len(l.traffic.questions))
	if some == 0 {
		return errors.New("there were no answers")
	}
	known := s.closed(ctx, 1, l.short(), func(i int) shot { return l.traffic.ask(i%some, nil) })
	cheap := s.closed(ctx, 1, l.short(), func(i int) shot { return l.traffic.ask(i%some, map[string]any{"pipeline": "heuristic"}) })
	again := 0
	for _, a := range known {
		if a.code != 200 || a.Usage.Read > 0 || a.Usage.Scored == 0 {
			again++
		}
	}
	second, heuristic := latencies(known), latencies(cheap)
	p50 := eval.Percentile(second, 0.5)
	l.print("a second identical request, %d candidates, %d times\n", candidates, len(known))
	l.print("  client   p50 %.2f ms  p95 %.2f ms\n", p50, eval.Percentile(second, 0.95))
	l.print("  server   p50 %.2f ms  p95 %.2f ms\n", eval.Percentile(totals(known), 0.5), eval.Percentile(totals(known), 0.95))
	l.print("  heuristics alone, client   p50 %.2f ms: a known answer takes %.2f times as long\n",
		eval.Percentile(heuristic, 0.5), p50/eval.Percentile(heuristic, 0.5))
	l.bar(again == 0 && p50 <= 2, "second identical request: p50 %.2f ms of 2, %d of %d not wholly known", p50, again, len(known))
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

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/splitrank/splitrank/shared/eval"
)

// grace is what an answer may take beyond its deadline, on the server.
const grace = 25 // milliseconds

// deadlines measures answers in time: alone, and at twice the rate that keeps
// the model busy.
func deadlines(ctx context.Context, l *load) (err error) {
	s, err := l.start("--model", l.Model)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := l.saturate(ctx, s); err != nil {
		return err
	}
	l.print("deadlines: %d candidates, no cache, %s each; in time = server-side total within the deadline and %d ms\n", candidates, l.short(), grace)
	l.print("  deadline  load          answers  lost  in time      p50      p99      max  pairs a request  ndcg@10\n")
	if err := l.ends(ctx, s); err != nil {
		return err
	}
	for _, ms := range []int{50, 100, 200, 400} {
		shoot := func(i int) shot { return l.traffic.ask(i, within(ms)) }
		l.inTime(ms, "idle", s.closed(ctx, 1, l.short(), shoot))
		l.inTime(ms, fmt.Sprintf("%.1f a second", 2*l.rate), s.open(ctx, 2*l.rate, l.short(), shoot))
	}
	l.print("\n")
	return ctx.Err()
}

func within(ms int) map[string]any {
	return map[string]any{"cache": false, "budget": map[string]any{"deadline_ms": ms}}
}

// saturate finds the rate at which 30 pairs a request keep the model busy.
func (l *load) saturate(ctx context.Context, s *server) error {
	thirty := map[string]any{"cache": false, "budget": map[string]any{"documents": 30}}
	shoot := func(i int) shot { return l.traffic.ask(i, thirty) }
	s.closed(ctx, 4, l.short()/4, shoot) // warm
	begin := time.Now()
	list := s.closed(ctx, 4, l.short(), shoot)
	took, pairs := time.Since(begin).Seconds(), 0
	for _, a := range list {
		pairs += a.Usage.Read
	}
	if pairs == 0 {
		return errors.New("the model scored nothing")
	}
	l.rate = float64(pairs) / 30 / took
	l.print("saturation: %.1f pairs a second, %.2f requests of 30 a second; p50 %.0f ms with 4 in flight\n\n", float64(pairs)/took, l.rate, eval.Percentile(latencies(list), 0.5))
	return nil
}

// ends are the quality without a model and without a deadline, to compare with.
func (l *load) ends(ctx context.Context, s *server) error {
	for _, e := range []struct {
		name string
		more map[string]any
	}{
		{"heuristics", map[string]any{"pipeline": "heuristic"}},
		{"none", map[string]any{"cache": false}},
	} {
		list := s.closed(ctx, 1, l.short(), func(i int) shot { return l.traffic.ask(i, e.more) })
		if len(list) == 0 {
			return errors.New("there were no answers")
		}
		l.row(e.name, "idle", list, 0)
	}
	return nil
}

// inTime prints a row and notes its bar.
func (l *load) inTime(ms int, name string, list []answer) {
	lost, timely := l.row(fmt.Sprintf("%d ms", ms), name, list, ms)
	l.bar(lost == 0 && timely >= 0.99, "deadline %d ms, %s: %.1f %% in time, %d lost", ms, name, 100*timely, lost)
}

// row prints what a load came to. Without a deadline, 0, all is in time.
func (l *load) row(deadline, name string, list []answer, ms int) (lost int, timely float64) {
	var in, pairs, quality []float64
	var good []answer
	for _, a := range list {
		if a.code != 200 {
			lost++
			continue
		}
		good = append(good, a)
		in = append(in, indicator(ms == 0 || a.Timings.Total <= float64(ms+grace)))
		pairs = append(pairs, float64(a.Usage.Scored))
		quality = append(quality, l.traffic.ndcg(a.shot.question, &a))
	}
	if len(good) == 0 {
		return lost, 0
	}
	t := totals(good)
	timely = eval.Mean(in)
	l.print("  %8s  %-12s  %7d  %4d  %6.1f %%  %4.0f ms  %4.0f ms  %4.0f ms  %5.1f of %3d      %.4f\n", deadline, name, len(list), lost,
		100*timely, eval.Percentile(t, 0.5), eval.Percentile(t, 0.99), t[len(t)-1], eval.Mean(pairs), candidates, eval.Mean(quality))
	return lost, timely
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/redistest"
	"github.com/splitrank/splitrank/shared/eval"
)

// fragile is a tiny model that fails on documents with a certain word.
const fragile = "fragile"

// idleConnections of clients and of Redis may each keep a goroutine or two when
// all is answered; 600 seconds of traffic with a leak would leave hundreds.
const idleConnections = 40

// soak sends mixed traffic at twice what the model bears. On the way Redis dies
// and comes back, and a model fails.
func soak(ctx context.Context, l *load) (err error) {
	dir, err := os.MkdirTemp("", "load")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tiny := filepath.Join(dir, fragile)
	if err := (orttest.Model{NaN: true}).WriteTo(tiny); err != nil {
		return err
	}
	args := []string{"--model", l.Model, "--model", tiny}
	shared, err := redistest.New()
	if err != nil {
		l.print("Redis: skipped, because %v\n", err)
	} else {
		defer shared.Close()
		args = append(args, "--cache-redis", shared.URL())
	}
	s, err := l.start(args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	return l.soak(ctx, s, shared)
}

func (l *load) soak(ctx context.Context, s *server, shared *redistest.Server) error {
	if l.rate == 0 {
		if err := l.saturate(ctx, s); err != nil {
			return err
		}
	}
	before, err := s.figures(ctx)
	if err != nil {
		return err
	}
	watched, enough := context.WithCancel(ctx)
	samples := make(chan []sample, 1)
	go func() { samples <- s.watch(watched, max(l.long()/120, 100*time.Millisecond)) }()
	go l.interfere(watched, shared)
	begin := time.Now()
	list := s.open(ctx, 2*l.rate, l.long(), func(i int) shot { return l.mixed(i, time.Since(begin)) })
	enough()
	return l.verdict(ctx, s, list, <-samples, before)
}

// interfere kills Redis for the middle of the run.
func (l *load) interfere(ctx context.Context, shared *redistest.Server) {
	if shared == nil {
		return
	}
	for _, step := range []struct {
		wait time.Duration
		do   func()
	}{
		{l.long() * 4 / 10, shared.Kill},
		{l.long() * 3 / 10, func() { _ = shared.Start() }},
	} {
		select {
		case <-time.After(step.wait):
			step.do()
		case <-ctx.Done():
			return
		}
	}
}

// mixed is the i-th request: most are new, some known, watched, in batches, or
// for the fragile model, which fails from half of the time to six tenths.
func (l *load) mixed(i int, elapsed time.Duration) shot {
	t, n := l.traffic, rand.IntN(1<<20)
	switch kind := rand.IntN(20); {
	case kind < 6:
		return t.askAnew(n, i, nil)
	case kind < 10:
		return t.askAnew(n, i, map[string]any{"budget": map[string]any{"deadline_ms": 200}})
	case kind < 13:
		return t.ask(n%10, nil)
	case kind < 15:
		return t.ask(n, map[string]any{"pipeline": "heuristic"})
	case kind < 17:
		s := t.askAnew(n, i, map[string]any{"budget": map[string]any{"deadline_ms": 400}})
		s.header = http.Header{"Accept": {"text/event-stream"}}
		return s
	case kind < 18:
		requests := []any{t.body(n%len(t.questions), fmt.Sprint(" a", i), nil), t.body(n%len(t.questions), fmt.Sprint(" b", i), nil)}
		return shot{question: -1, path: "/rerank/batch", body: marshal(map[string]any{"requests": requests}), header: http.Header{}}
	}
	word := "light"
	if elapsed > l.long()/2 && elapsed < l.long()*6/10 {
		word = "bad"
	}
	body := map[string]any{"query": fmt.Sprint("how do plants make food ", i), "documents": []string{"water and light", word}, "model": fragile}
	return shot{question: -1, path: "/rerank", body: marshal(body), header: http.Header{}}
}

// verdict prints what came of it.
func (l *load) verdict(ctx context.Context, s *server, list []answer, samples []sample, before map[string]float64) error {
	after, err := s.figures(ctx)
	if err != nil {
		return fmt.Errorf("the server does not answer any more: %w: %s", err, s.log)
	}
	l.print("%s of mixed traffic at %.2f requests a second, twice saturation: %d requests\n", l.long(), 2*l.rate, len(list))
	counts, wrong := tally(list)
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		l.print("  %-32s %6d\n", name, counts[name])
	}
	good := slices.DeleteFunc(slices.Clone(list), func(a answer) bool { return a.code != 200 })
	t := latencies(good)
	if len(t) > 0 {
		l.print("  200: p50 %.0f ms, p95 %.0f ms, p99 %.0f ms for the client\n", eval.Percentile(t, 0.5), eval.Percentile(t, 0.95), eval.Percentile(t, 0.99))
	}
	for _, name := range []string{
		"splitrank_cache_hits_total", "splitrank_cache_misses_total", "splitrank_cache_joined_total", "splitrank_cache_redis_errors_total",
		"splitrank_cache_redis_dropped_total", "splitrank_answers_degraded_total", "splitrank_http_requests_refused_total", "splitrank_model_batches_failed_total",
	} {
		l.print("  %-42s %+.0f\n", name, after[name]-before[name])
	}
	l.bar(len(wrong) == 0, "every answer 200, 200 degraded or 429 with Retry-After: %d others %s", len(wrong), strings.Join(wrong[:min(5, len(wrong))], ", "))
	l.flat(samples, before, after, 1.1)
	l.print("\n")
	return nil
}

// tally counts answers by what they are, and names those that nobody promised.
func tally(list []answer) (counts map[string]int, wrong []string) {
	counts = map[string]int{}
	for _, a := range list {
		name := fmt.Sprint(a.code)
		switch {
		case a.code == 200 && a.Degraded:
			name += " degraded: " + a.Reason
		case a.code == 200 && a.shot.header.Get("Accept") != "" && !a.events:
			name += " without its last event"
			wrong = append(wrong, name)
		case a.code == 429 && a.header.Get("Retry-After") != "":
			name += " with Retry-After"
		case a.code != 200:
			wrong = append(wrong, strings.TrimSpace(name+" "+a.fault))
		}
		counts[name]++
	}
	return counts, wrong
}

// flat compares memory in the second quarter of the run, when everything is warm, with
// the last one. Goroutines follow what is in flight, so they are compared with
// those before, when all is answered: connections that wait for more may be left.
func (l *load) flat(samples []sample, before, after map[string]float64, allowed float64) {
	quarter := len(samples) / 4
	if quarter == 0 {
		l.print("  memory: too few samples\n")
		return
	}
	early, late := samples[quarter:2*quarter], samples[3*quarter:]
	rss := func(s sample) float64 { return s.rss / 1e6 }
	goroutines := func(s sample) float64 { return s.goroutines }
	l.print("  RSS %.0f MB before, %.0f in the second quarter, %.0f in the last, %.0f at most\n",
		before["process_resident_memory_bytes"]/1e6, mean(early, rss), mean(late, rss), most(samples, rss))
	l.quarters(samples)
	l.print("  goroutines %.0f before, %.0f in the second quarter, %.0f in the last, %.0f at most, %.0f when all is answered\n",
		before["go_goroutines"], mean(early, goroutines), mean(late, goroutines), most(samples, goroutines), after["go_goroutines"])
	l.bar(mean(late, rss) <= allowed*mean(early, rss), "RSS flat: the last quarter has %.3f times the second's, of %.2f", mean(late, rss)/mean(early, rss), allowed)
	left := after["go_goroutines"] - before["go_goroutines"]
	l.bar(left <= idleConnections, "no goroutine left behind: %.0f more than before, of %d for idle connections", left, idleConnections)
}

// quarters say what of the memory is kept vectors, which grow as far as they may.
func (l *load) quarters(samples []sample) {
	n := len(samples) / 4
	for i := range 4 {
		part := samples[i*n : (i+1)*n]
		l.print("  quarter %d: RSS %.1f MB, Go heap in use %.1f MB, vectors in memory %.1f MB\n", i+1,
			mean(part, func(s sample) float64 { return s.rss / 1e6 }), mean(part, func(s sample) float64 { return s.heap / 1e6 }),
			mean(part, func(s sample) float64 { return s.vectors / 1e6 }))
	}
}

func mean(list []sample, of func(sample) float64) float64 {
	values := make([]float64, len(list))
	for i, s := range list {
		values[i] = of(s)
	}
	return eval.Mean(values)
}

func most(list []sample, of func(sample) float64) (n float64) {
	for _, s := range list {
		n = max(n, of(s))
	}
	return n
}

package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/splitrank/splitrank/shared/eval"
)

// siege sends honest requests at twice what the model bears, each with a
// deadline, while one client in five is hostile.
func siege(ctx context.Context, l *load) (err error) {
	key := rand.Text()
	s, err := l.startKeyed(key, "--model", l.Model)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
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
	besieged, over := context.WithTimeout(ctx, l.long())
	acts := make(chan map[string]int, 1)
	go func() { acts <- l.besiege(besieged, s) }()
	list := s.open(ctx, 2*l.rate, l.long(), l.honest)
	over()
	hostile := <-acts
	enough()
	return l.outcome(ctx, s, list, hostile, <-samples, before)
}

// besiege lets hostile clients come, one for every four honest requests, and
// counts them when all are gone.
func (l *load) besiege(ctx context.Context, s *server) map[string]int {
	kinds, counts := hostiles(), map[string]int{}
	v := &victim{addr: strings.TrimPrefix(s.url, "http://"), key: s.key, body: l.traffic.askAnew(0, 0, reading).body, batch: l.giant()}
	pace, begin := newPoisson(2*l.rate/4), time.Now()
	var wg sync.WaitGroup
	defer wg.Wait()
	for i := uint64(0); ; i++ {
		wait, _ := pace.Pace(time.Since(begin), i)
		if !pause(ctx, max(0, wait)) {
			return counts
		}
		kind := kinds[i%uint64(len(kinds))]
		counts[kind.name]++
		wg.Go(func() { kind.act(ctx, v) })
	}
}

// reading makes an answer that is long, of a request that is not.
var reading = map[string]any{"explain": true, "return_documents": true, "budget": map[string]any{"deadline_ms": 400}}

// giant batch: as many documents as a batch may have, explained.
func (l *load) giant() []byte {
	requests := make([]any, 100)
	for i := range requests {
		requests[i] = map[string]any{"query": "a b c", "pipeline": "heuristic", "explain": true, "documents": slices.Repeat([]string{"a"}, 100)}
	}
	return marshal(map[string]any{"requests": requests})
}

// honest is the i-th request: new or known, plain or watched, in the native shape
// or in a batch, with deadlines of 200 to 1000 ms.
func (l *load) honest(i int) shot {
	t, ms := l.traffic, []int{200, 400, 1000}[i%3]
	budget := map[string]any{"budget": map[string]any{"deadline_ms": ms}}
	s := t.askAnew(i, i, budget)
	switch i % 10 {
	case 0, 1:
		s.header = http.Header{"Accept": {"text/event-stream"}}
	case 2, 3:
		s = t.ask(i%20, budget)
	case 4:
		requests := []any{t.body(i%len(t.questions), fmt.Sprint(" a", i), budget), t.body(i%len(t.questions), fmt.Sprint(" b", i), budget)}
		s = shot{question: -1, path: "/rerank/batch", body: marshal(map[string]any{"requests": requests}), header: http.Header{}}
	}
	s.deadline = time.Duration(ms) * time.Millisecond
	return s
}

// outcome prints what came of it.
func (l *load) outcome(ctx context.Context, s *server, list []answer, hostile map[string]int, samples []sample, before map[string]float64) error {
	after, err := s.settled(ctx, before)
	if err != nil {
		return fmt.Errorf("the server does not answer any more: %w: %s", err, s.log)
	}
	total := 0
	for _, n := range hostile {
		total += n
	}
	l.print("siege: %s at %.2f honest requests a second, twice saturation: %d requests, and %d hostile clients (%.0f %%)\n",
		l.long(), 2*l.rate, len(list), total, 100*float64(total)/float64(max(1, total+len(list))))
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		l.print("  hostile: %-23s %6d\n", name, hostile[name])
	}
	counts, wrong := tally(list)
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		l.print("  %-32s %6d\n", name, counts[name])
	}
	l.bar(len(wrong) == 0, "every honest request 200, 200 degraded or 429 with Retry-After: %d others %s", len(wrong), strings.Join(wrong[:min(5, len(wrong))], ", "))
	l.punctual(list)
	l.flat(samples, before, after, 1.03)
	l.print("\n")
	return nil
}

// punctual compares what answers took with what they were asked to take: for the
// server, as in deadlines, and for the client, which shares its processors.
func (l *load) punctual(list []answer) {
	var server, client []float64
	for _, a := range list {
		if a.code == 200 {
			asked := float64(a.shot.deadline / time.Millisecond)
			server = append(server, a.longest()-asked)
			client = append(client, float64(a.latency)/float64(time.Millisecond)-asked)
		}
	}
	if len(server) == 0 {
		l.bar(false, "there were no answers")
		return
	}
	l.beyond("server", server)
	l.beyond("client", client)
	l.latest(list)
	late := tardy(server)
	l.bar(late == 0, "every answer within its deadline and %d ms, as the server measured: %d of %d late", grace, late, len(server))
}

// beyond prints how far answers were beyond their deadlines, in milliseconds.
func (l *load) beyond(who string, over []float64) {
	slices.Sort(over)
	at := func(p float64) float64 { return eval.Percentile(over, p) }
	l.print("  beyond the deadline, %s: p50 %.0f ms, p99 %.0f ms, p99.9 %.0f ms, most %.0f ms; %d of %d by more than %d ms\n",
		who, at(0.5), at(0.99), at(0.999), over[len(over)-1], tardy(over), len(over), grace)
}

// latest prints where those spent their time that were late for the server.
func (l *load) latest(list []answer) {
	over := func(a answer) float64 { return a.longest() - float64(a.shot.deadline/time.Millisecond) }
	late := slices.DeleteFunc(slices.Clone(list), func(a answer) bool { return a.code != 200 || over(a) <= grace })
	slices.SortFunc(late, func(a, b answer) int { return cmp.Compare(over(b), over(a)) })
	for _, a := range late[:min(5, len(late))] {
		parts := a.Timings
		for _, one := range a.Responses {
			if one.Timings.Total > parts.Total {
				parts = one.Timings
			}
		}
		l.print("  late by %.0f ms, asked for %s: queue %.0f, heuristics %.0f, inference %.0f, total %.0f ms; %d responses; %s\n",
			over(a), a.shot.deadline, parts.Queue, parts.Heuristic, parts.Inference, parts.Total, len(a.Responses), a.Reason)
	}
}

func tardy(over []float64) (n int) {
	for _, ms := range over {
		if ms > grace {
			n++
		}
	}
	return n
}

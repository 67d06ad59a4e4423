package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/splitrank/splitrank/shared/eval"
)

// known measures what it saves that documents are read once: new questions over
// passages that the server knows, and over the same ones where it may know none, on
// one processor.
func known(ctx context.Context, l *load) (err error) {
	s, err := l.start("--model", l.Model, "--threads", "1", "--vectors", "memory")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	l.print("known documents: passages of %d bytes, one thread of the model, GOMAXPROCS as it is\n", passageBytes)
	l.print("  passages  known    questions      p50      p99  CPU a request  scored  known\n")
	unread, err := l.askPassages(ctx, s, 100, 10, map[string]any{"cache": false})
	if err != nil {
		return err
	}
	read, err := l.askPassages(ctx, s, 100, 1000, nil)
	if err != nil {
		return err
	}
	many, err := l.askPassages(ctx, s, 1000, 100, nil)
	if err != nil {
		return err
	}
	if err := l.writeFigures(ctx, s, unread, read, many); err != nil {
		return err
	}
	l.print("  nothing known costs %.0f times the CPU of all known\n", unread.cpu/read.cpu)
	return l.knownInTime(ctx, s)
}

// writeFigures for server/load/sizing, where that is asked for.
func (l *load) writeFigures(ctx context.Context, s *server, unread, read, many cost) error {
	if l.Figures == "" {
		return nil
	}
	now, err := s.figures(ctx)
	if err != nil {
		return err
	}
	const perSecond = 1000
	readEach := (unread.cpu - read.cpu) / max(unread.unknown-read.unknown, 1)
	knownOnly := func(c cost) float64 { return perSecond * (c.cpu - c.unknown*readEach) }
	version, err := exec.Command(l.Program, "version").Output()
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(sizingFigures{
		Machine: fmt.Sprintf("%s, load average %s after", processor(), average()), Program: strings.TrimSpace(strings.SplitN(string(version), "\n", 2)[0]), Model: l.Model, PassageBytes: passageBytes,
		KnownMS: knownOnly(read), KnownThousandMS: knownOnly(many), ReadMS: perSecond * readEach,
		KeptBytes: now["splitrank_vectors_bytes"] / max(now["splitrank_vectors_entries"], 1),
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(l.Figures, append(data, '\n'), 0o644)
}

// sizingFigures are what server/load/sizing reckons with, all of one thread.
type sizingFigures struct {
	Machine      string `json:"machine"`
	Program      string `json:"program"`
	Model        string `json:"model"`
	PassageBytes int    `json:"passage_bytes"`
	// KnownMS and KnownThousandMS of a processor are what a request for 100 and for
	// 1,000 known passages costs; ReadMS what reading one passage does.
	KnownMS         float64 `json:"known_100_ms"`
	KnownThousandMS float64 `json:"known_1000_ms"`
	ReadMS          float64 `json:"read_ms"`
	// KeptBytes of memory are those of a passage that was read.
	KeptBytes float64 `json:"kept_bytes"`
}

// passageBytes is the length of a passage.
const passageBytes = 600

// passages are so many texts of the length, cut out of the collection.
func (t *traffic) passages(n int) (list []string) {
	var all strings.Builder
	for _, q := range t.questions {
		for _, d := range q.documents {
			all.WriteString(d.Text + " ")
		}
	}
	text := strings.ToValidUTF8(all.String(), "")
	for i := range n {
		at := i * passageBytes % max(len(text)-passageBytes, 1)
		list = append(list, fmt.Sprintf("%d %s", i, strings.ToValidUTF8(text[at:at+passageBytes-len(fmt.Sprint(i))-1], "")))
	}
	return list
}

// askPassage makes a request of a new question over passages.
func (t *traffic) askPassages(passages []string, number int, more map[string]any) shot {
	q := number % len(t.questions)
	body := map[string]any{"query": fmt.Sprintf("%s %d", t.questions[q].text, number), "documents": passages, "pipeline": "cross-encoder", "top_k": 5}
	for key, value := range more {
		body[key] = value
	}
	return shot{question: -1, path: "/rerank", body: marshal(body), header: map[string][]string{}}
}

// cost of requests.
type cost struct {
	cpu     float64 // seconds of processor each
	unknown float64 // passages of each that were read
}

// askPassages asks so many questions, one after the other, and prints a row. Where the
// server may keep what it reads it is asked once before.
func (l *load) askPassages(ctx context.Context, s *server, passages, questions int, more map[string]any) (cost, error) {
	texts, name := l.traffic.passages(passages), "all"
	next := 0
	shoot := func(int) shot { next++; return l.traffic.askPassages(texts, next, more) }
	if more == nil {
		s.closedTimes(ctx, 1, shoot)
	} else {
		name = "none"
	}
	before, err := s.figures(ctx)
	if err != nil {
		return cost{}, err
	}
	list := s.closedTimes(ctx, questions, shoot)
	after, err := s.figures(ctx)
	if err != nil {
		return cost{}, err
	}
	var scored, had float64
	for _, a := range list {
		if a.code != 200 {
			return cost{}, fmt.Errorf("status %d: %s", a.code, a.fault)
		}
		scored, had = scored+float64(a.Usage.Scored), had+float64(a.Usage.Known)
	}
	t, n := totals(list), float64(len(list))
	c := cost{(after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]) / n, (scored - had) / n}
	l.print("  %8d  %-7s  %9d  %4.1f ms  %4.1f ms  %10.1f ms  %6.0f  %5.0f\n", passages, name, len(list),
		eval.Percentile(t, 0.5), eval.Percentile(t, 0.99), 1000*c.cpu, scored/n, had/n)
	return c, nil
}

// closedTimes asks so many times, one after the other.
func (s *server) closedTimes(ctx context.Context, times int, next func(int) shot) (list []answer) {
	for len(list) < times && ctx.Err() == nil {
		list = append(list, s.closed(ctx, 1, time.Millisecond, next)...)
	}
	return list
}

// knownInTime holds deadlines where all is known: idle, and at twice the rate at which
// questions over known passages keep the server busy.
func (l *load) knownInTime(ctx context.Context, s *server) error {
	texts := l.traffic.passages(100)
	next := 1 << 20
	shoot := func(int) shot {
		next++
		return l.traffic.askPassages(texts, next, map[string]any{"pipeline": "cascade", "budget": map[string]any{"deadline_ms": 50}})
	}
	begin := time.Now()
	rate := float64(len(s.closed(ctx, 4, l.short(), shoot))) / time.Since(begin).Seconds()
	for _, one := range []struct {
		name string
		list []answer
	}{
		{"idle", s.closed(ctx, 1, l.short(), shoot)},
		{fmt.Sprintf("%.0f a second", 2*rate), s.open(ctx, 2*rate, l.short(), shoot)},
	} {
		lost, refused, timely, scored := inTimeKnown(one.list)
		l.print("  deadline 50 ms, %s: %d answers, %d of them 429, %.1f of 100 scored in the others, p50 %.0f and p99 %.0f ms for the client\n",
			one.name, len(one.list), refused, scored, eval.Percentile(latencies(one.list), 0.5), eval.Percentile(latencies(one.list), 0.99))
		l.bar(lost == 0 && timely >= 0.99, "known passages, deadline 50 ms, %s: %.1f %% in time, %d lost", one.name, 100*timely, lost)
	}
	return ctx.Err()
}

// inTimeKnown counts answers that are lost and those that are refused, shares of those in
// time, and documents scored. Too many at once may be refused, and a refusal is an answer
// in time.
func inTimeKnown(list []answer) (lost, refused int, timely, scored float64) {
	var in, of []float64
	for _, a := range list {
		switch {
		case a.code == 429:
			in = append(in, 1)
			refused++
		case a.code != 200:
			lost++
		default:
			in = append(in, indicator(a.Timings.Total <= 50+grace))
			of = append(of, float64(a.Usage.Scored))
		}
	}
	return lost, refused, eval.Mean(in), eval.Mean(of)
}

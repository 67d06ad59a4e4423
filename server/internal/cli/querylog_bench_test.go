//go:build linux

package cli

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/rerank"
	core "github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// logContender is a server that notes more or less of what it answers.
type logContender struct {
	name    string
	handler http.Handler
	// answered is the engine and what stands before it.
	answered, engine *stopwatch
	// clock, work and own are those of BenchmarkQueryLog in µs, of each round.
	clock, work, own   []float64
	allocations, bytes float64
}

// stopwatch has the time that a re-ranker took for its last answer.
type stopwatch struct {
	httpapi.Reranker
	took time.Duration
}

func (s *stopwatch) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	return s.Watch(ctx, req, nil)
}

func (s *stopwatch) Watch(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error) {
	began := time.Now()
	r, err := s.Reranker.Watch(ctx, req, seen)
	s.took = time.Since(began)
	return r, err
}

// BenchmarkQueryLog compares servers without a log, again without one, with none of a
// query's words, with their hash, with the words, and with a split: whole requests over
// the server's handler, 100 documents of 600 bytes with ids, pipeline heuristic. All
// take turns within a round, in another order each time. What is added is the median of the
// differences to the first one in the same round, with its 95 % interval; the second
// says how far the machine can tell.
//
// clock is the time until the answer, for a quiet machine; work the processor time of the
// request's thread. own is what passes between the server and the engine: all that the log
// and a split do before the answer, but for a header and a field of it, told exactly where
// the other two are lost in the noise of the rest. What writers and collector do beside
// falls into everybody's turns alike: what a record takes of them BenchmarkRecord says.
//
//	go test ./server/internal/cli -run '^$' -bench QueryLog -benchtime 15000x
func BenchmarkQueryLog(b *testing.B) {
	list := logContenders(b)
	body := identified(b, 100, 600)
	random := rand.New(rand.NewPCG(1, 2))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for b.Loop() {
		for _, at := range random.Perm(len(list)) {
			list[at].ask(b, body)
		}
	}
	b.StopTimer()
	fmt.Printf("%s, %s/%s, %d processors, %d rounds\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.N)
	for _, c := range list {
		rounds := len(list[0].clock)
		c.countAllocations(b, body)
		c.clock, c.work, c.own = c.clock[:rounds], c.work[:rounds], c.own[:rounds]
		c.print(list[0])
	}
}

func logContenders(b *testing.B) []*logContender {
	experiments := filepath.Join(b.TempDir(), "experiments.json")
	if err := os.WriteFile(experiments, []byte(splitExperiment), 0o600); err != nil {
		b.Fatal(err)
	}
	logged := func(words, experiments string) experimentFlags {
		return experimentFlags{QueryLog: b.TempDir(), LogQueries: words, QueryLogMiB: 100, QueryLogFiles: 1, EventWindow: time.Hour, Experiments: experiments}
	}
	return []*logContender{
		newLogContender(b, "no log", experimentFlags{}),
		newLogContender(b, "no log again", experimentFlags{}),
		newLogContender(b, "none", logged("none", "")),
		newLogContender(b, "hash", logged("hash", "")),
		newLogContender(b, "full", logged("full", "")),
		newLogContender(b, "hash and a split", logged("hash", experiments)),
	}
}

func newLogContender(b *testing.B, name string, f experimentFlags) *logContender {
	heuristics, err := rerank.New(rerank.Config{Planner: core.NewPlanner(all.Stemmers())})
	if err != nil {
		b.Fatal(err)
	}
	engine := &stopwatch{Reranker: heuristics}
	live, err := f.observe(b.Context(), engine, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = live.close() })
	var config httpapi.Config
	live.configure(&config, f)
	answered := &stopwatch{Reranker: config.Reranker}
	config.Reranker = answered
	s, err := httpapi.New(config)
	if err != nil {
		b.Fatal(err)
	}
	return &logContender{name: name, handler: s.Handler(), answered: answered, engine: engine}
}

// identified is a request of so many documents of so many bytes of prose, each with an id.
func identified(b *testing.B, n, size int) []byte {
	f, err := os.Open("../../../shared/eval/sample/corpus.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var all strings.Builder
	passages, err := eval.ReadCorpus(f.Name(), f, func(string) bool { return true })
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; all.Len() < (n+1)*size; i++ {
		all.WriteString(passages[fmt.Sprintf("p%03d", i%len(passages)+1)].Text + " ")
	}
	text := all.String()
	body := []byte(`{"query":"how do I keep a sourdough starter in the fridge?","client_id":"v","documents":[`)
	for i := range n {
		passage := strings.ToValidUTF8(text[i*size:(i+1)*size], "")
		body = fmt.Appendf(body, `{"id":"document-%d","text":%q},`, i, passage)
	}
	return append(body[:len(body)-1], "]}"...)
}

// discarded is where an answer goes, as cheap as a socket's buffer.
type discarded struct {
	header http.Header
	status int
}

func (w *discarded) Header() http.Header         { return w.header }
func (w *discarded) WriteHeader(status int)      { w.status = status }
func (w *discarded) Write(p []byte) (int, error) { return len(p), nil }

// ask once, and note how long it took.
func (c *logContender) ask(b *testing.B, body []byte) {
	r := httptest.NewRequest(http.MethodPost, "/rerank", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := &discarded{header: http.Header{}}
	began, worked := time.Now(), threadTime(b)
	c.handler.ServeHTTP(w, r)
	c.work = append(c.work, threadTime(b)-worked)
	c.clock = append(c.clock, micros(time.Since(began)))
	c.own = append(c.own, micros(c.answered.took-c.engine.took))
	if w.status != 200 {
		b.Fatal(c.name, w.status)
	}
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// threadTime is the processor time that this thread has taken, in µs.
func threadTime(b *testing.B) float64 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		b.Fatal(err)
	}
	return float64(t.Nano()) / 1000
}

// countAllocations of a request, and of the record that is made of it.
func (c *logContender) countAllocations(b *testing.B, body []byte) {
	const times = 200
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range times {
		c.ask(b, body)
	}
	runtime.ReadMemStats(&after)
	c.allocations, c.bytes = float64(after.Mallocs-before.Mallocs)/times, float64(after.TotalAlloc-before.TotalAlloc)/times
}

func (c *logContender) print(without *logContender) {
	fmt.Printf("%-17s %s; %s; own %.2f µs; %.0f allocations, %.1f kB\n", c.name, added("clock", c.clock, without.clock), added("work", c.work, without.work), p50(c.own), c.allocations, c.bytes/1000)
}

func p50(list []float64) float64 { return eval.Percentile(slices.Sorted(slices.Values(list)), 0.5) }

// added to what it takes without a log.
func added(what string, took, without []float64) string {
	more := make([]float64, len(without))
	for i := range more {
		more[i] = took[i] - without[i]
	}
	least, most := medianInterval(more)
	share := 100 / p50(without)
	return fmt.Sprintf("%s p50 %.1f µs, added %+.2f µs = %+.2f %% (%+.2f to %+.2f)", what, p50(took), p50(more), share*p50(more), share*least, share*most)
}

// medianInterval is the 95 % interval of a median by its order statistics: the ranks
// n/2 ± 0.98 √n, of the binomial distribution.
func medianInterval(list []float64) (least, most float64) {
	sorted := slices.Sorted(slices.Values(list))
	n := float64(len(sorted))
	at := func(rank float64) float64 { return sorted[min(max(int(rank), 0), len(sorted)-1)] }
	return at(n/2 - 0.98*math.Sqrt(n)), at(n/2 + 0.98*math.Sqrt(n))
}

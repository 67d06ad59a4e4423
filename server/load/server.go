package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// server is splitrank serve, in a process of its own.
type server struct {
	url     string
	key     string // "" = it is open
	closes  bool   // kept connections after a while, maybe as they are used: each request has its own
	process *exec.Cmd
	log     *tail
	ended   chan error
}

// address of the server in its log.
const address = `url=(http://\S+)`

// start a server that listens on a free port.
func (l *load) start(args ...string) (*server, error) { return l.startKeyed("", args...) }

// startKeyed is start of a server that wants a key, if there is one.
func (l *load) startKeyed(key string, args ...string) (*server, error) {
	s := &server{key: key, log: new(tail), ended: make(chan error, 1)}
	if key != "" {
		args = append(args, "--api-keys", key)
	}
	s.process = exec.Command(l.Program, append([]string{"serve", "--addr", "127.0.0.1:0", "--log-level", "info", "--log-format", "text"}, args...)...)
	s.process.Args = append(s.process.Args, l.Serve...)
	s.process.Env = append(os.Environ(), "SPLITRANK_VECTORS=memory") // what another run has read is unknown
	return s, s.begin()
}

// startEdge is the Worker in workerd before an origin; it needs make edge-worker.
func startEdge(origin string) (*server, error) {
	s := &server{closes: true, log: new(tail), ended: make(chan error, 1)}
	s.process = exec.Command("node", "wasm/edge/front.mjs", origin)
	s.process.Dir = sourceTree()
	return s, s.begin()
}

// sourceTree is the folder of go.mod: that of a test is below it.
func sourceTree() string {
	dir := "."
	for range 5 {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Join(dir, "..")
	}
	return "."
}

// begin starts the process, and waits for its address.
func (s *server) begin() error {
	program := s.process.Path
	out, err := s.process.StderrPipe()
	if err == nil {
		err = s.process.Start()
	}
	if err != nil {
		return fmt.Errorf("starting %s: %w", program, err)
	}
	lines := bufio.NewReader(out)
	for s.url == "" {
		line, err := lines.ReadString('\n')
		s.log.add(line)
		if m := regexp.MustCompile(address).FindStringSubmatch(line); m != nil {
			s.url = m[1]
		}
		if err != nil {
			return fmt.Errorf("%s ended before it served: %s", program, s.log)
		}
	}
	go s.drain(lines)
	return nil
}

// drain keeps the last lines of the log, and waits for the end.
func (s *server) drain(lines *bufio.Reader) {
	for {
		line, err := lines.ReadString('\n')
		s.log.add(line)
		if err != nil {
			break
		}
	}
	s.ended <- s.process.Wait()
}

// stop ends the server as an operator would.
func (s *server) stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("the server is gone: %s", s.log)
	}
	if err := <-s.ended; err != nil {
		return fmt.Errorf("the server ended with %w: %s", err, s.log)
	}
	return nil
}

// figures of /metrics, by name; those of one name with several labels are added
// up. Those of vectors in memory are there by themselves, too: see inMemory.
func (s *server) figures(ctx context.Context) (map[string]float64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	s.show(r.Header)
	w, err := (&http.Client{Timeout: timeout}).Do(r)
	if err != nil {
		return nil, err
	}
	defer w.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(w.Body)
	if err != nil {
		return nil, fmt.Errorf("reading /metrics: %w", err)
	}
	figures := map[string]float64{}
	for name, family := range families {
		for _, m := range family.GetMetric() {
			value := m.GetCounter().GetValue() + m.GetGauge().GetValue()
			figures[name] += value
			for _, label := range m.GetLabel() {
				if label.GetName() == "level" && label.GetValue() == "memory" {
					figures[inMemory(name)] = value
				}
			}
		}
	}
	return figures, nil
}

// inMemory is the part of a figure that memory has.
func inMemory(name string) string { return name + " in memory" }

// show the key.
func (s *server) show(h http.Header) {
	if s.key != "" {
		h.Set("Authorization", "Bearer "+s.key)
	}
}

// settled are its figures as soon as no more goroutines are left than idle
// connections explain, or after a while.
func (s *server) settled(ctx context.Context, before map[string]float64) (after map[string]float64, err error) {
	for range 60 {
		if after, err = s.figures(ctx); err != nil || after["go_goroutines"]-before["go_goroutines"] <= idleConnections {
			return after, err
		}
		pause(ctx, 500*time.Millisecond)
	}
	return after, err
}

// sample is the server at one moment.
type sample struct {
	at              time.Duration
	goroutines, rss float64
	vectors, heap   float64 // bytes of kept vectors in memory, and of all that Go has in use
}

// watch samples the server until ctx ends.
func (s *server) watch(ctx context.Context, every time.Duration) (samples []sample) {
	begin, tick := time.Now(), time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return samples
		case <-tick.C:
		}
		if f, err := s.figures(ctx); err == nil {
			samples = append(samples, sample{
				at: time.Since(begin), goroutines: f["go_goroutines"], rss: f["process_resident_memory_bytes"],
				vectors: f[inMemory("splitrank_vectors_bytes")], heap: f["go_memstats_heap_inuse_bytes"],
			})
		}
	}
}

// tail is the end of a log.
type tail struct {
	mu    sync.Mutex
	lines []string
}

func (t *tail) add(line string) {
	const kept = 20
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lines = append(t.lines, line); len(t.lines) > kept {
		t.lines = t.lines[1:]
	}
}

// String implements fmt.Stringer.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "")
}

package main

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/cli"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// asProgram in the environment makes this test binary behave as splitrank.
const asProgram = "SPLITRANK_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	env := &cli.Env{Ctx: ctx, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	os.Exit(cli.Run(os.Args[1:], env))
}

// TestLoad: a second of everything, with a tiny model. What depends on the speed
// of the machine is not looked at.
func TestLoad(t *testing.T) {
	orttest.Library(t)
	t.Setenv(asProgram, "1")
	var out strings.Builder
	f := flags{
		Program: os.Args[0], Model: orttest.Model{}.Folder(t, "tiny"), Data: "../../shared/eval/sample", Seconds: 1,
		Only: []string{"repeat", "deadlines", "soak", "siege"},
	}
	if err := run(t.Context(), f, &out); err != nil && !strings.HasPrefix(err.Error(), "bars missed: ") {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"with 100 candidates", "a second identical request, 100 candidates", "saturation: ", "  400 ms  idle", ", 0 lost",
		"bar met: every answer 200, 200 degraded or 429 with Retry-After: 0 others", "splitrank_cache_misses_total", "goroutines ", "hostile: giant batches", "hostile clients (",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestFleet: three servers, of which one is killed and one added, and another model:
// nothing is lost, answered twice or mixed. What depends on speed is not looked at.
func TestFleet(t *testing.T) { testFleet(t, false) }

// TestFleetBehindTheEdge: the same through the Worker in workerd.
func TestFleetBehindTheEdge(t *testing.T) {
	for _, need := range []string{"wasm/edge/build/edge.wasm", "web/node_modules/miniflare"} {
		if _, err := os.Stat(filepath.Join(sourceTree(), need)); err != nil {
			t.Skipf("%s is missing: make edge-worker", need)
		}
	}
	testFleet(t, true)
}

func testFleet(t *testing.T, edge bool) {
	orttest.Library(t)
	t.Setenv(asProgram, "1")
	f := flags{
		Program: os.Args[0], Model: orttest.Model{}.Folder(t, "tiny"), Data: "../../shared/eval/sample", Seconds: 1,
		Only: []string{"fleet"}, Requests: 150, OtherModel: orttest.Model{Seed: 2}.Folder(t, "tiny"), Edge: edge,
	}
	var out strings.Builder
	err := run(t.Context(), f, &out)
	if err != nil && !strings.HasPrefix(err.Error(), "bars missed: p99") {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"bar met: one killed, one added: 150 of 150 answered, 0 lost, 0 answered twice", "bar met: another model: 0 lost, 0 answered twice, 0 answers with logits of neither",
		"bar met: afterwards every answer is the new model's",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestTally: only what was promised is right.
func TestTally(t *testing.T) {
	retry := http.Header{"Retry-After": {"1"}}
	events := shot{header: http.Header{"Accept": {"text/event-stream"}}}
	tests := []struct {
		name  string
		a     answer
		count string
		wrong bool
	}{
		{"good", answer{code: 200}, "200", false},
		{"degraded", answer{code: 200, Degraded: true, Reason: "model"}, "200 degraded: model", false},
		{"busy", answer{code: 429, header: retry}, "429 with Retry-After", false},
		{"busy, for how long?", answer{code: 429}, "429", true},
		{"lost", answer{fault: "EOF"}, "0", true},
		{"broken", answer{code: 500}, "500", true},
		{"events", answer{code: 200, shot: events, events: true}, "200", false},
		{"events that break off", answer{code: 200, shot: events}, "200 without its last event", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			counts, wrong := tally([]answer{tt.a})
			if counts[tt.count] != 1 || (len(wrong) == 1) != tt.wrong {
				t.Errorf("counts %v, wrong %q", counts, wrong)
			}
		})
	}
}

// TestRead: an answer is read from a body and from the end of a stream.
func TestRead(t *testing.T) {
	const body = `{"results":[{"index":3}],"degraded":true,"reason":"deadline","usage":{"scored":7,"cached":2,"known":1,"read":4},"timings_ms":{"total":1.5}}`
	for name, text := range map[string]string{
		"body": body, "stream": "event: heuristic\ndata: {\"degraded\":false}\n\nevent: final\ndata: " + body + "\n\n",
	} {
		var a answer
		a.read([]byte(text))
		if len(a.Results) != 1 || a.Results[0].Index != 3 || !a.Degraded || a.Reason != "deadline" || a.Usage.Scored != 7 || a.Usage.Cached != 2 || a.Usage.Known != 1 || a.Usage.Read != 4 || a.Timings.Total != 1.5 || a.events != (name == "stream") {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// TestLongest: of a batch it is the answer that took longest.
func TestLongest(t *testing.T) {
	for text, want := range map[string]float64{
		`{"timings_ms":{"total":2}}`: 2, `{"responses":[{"timings_ms":{"total":1}},{"timings_ms":{"total":3}},{"error":{}}]}`: 3, ``: 0,
	} {
		var a answer
		if a.read([]byte(text)); a.longest() != want {
			t.Errorf("%s: %v, want %v", text, a.longest(), want)
		}
	}
}

// TestPoisson: shots come in order, and as many as were asked for on average.
func TestPoisson(t *testing.T) {
	p := newPoisson(100)
	last := time.Duration(0)
	for i := range uint64(20_000) {
		at, stop := p.Pace(0, i)
		if at < last || stop {
			t.Fatalf("shot %d at %s after %s", i, at, last)
		}
		last = at
	}
	if seconds := last.Seconds(); seconds < 190 || seconds > 210 {
		t.Errorf("20,000 shots at 100 a second took %.1f s", seconds)
	}
}

// TestTraffic: every question has its candidates, each once, and can be asked
// anew.
func TestTraffic(t *testing.T) {
	tr, err := loadTraffic("../../shared/eval/sample")
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range tr.questions {
		seen := map[string]bool{}
		for _, d := range q.documents {
			seen[d.ID] = true
		}
		if len(seen) != candidates {
			t.Errorf("%q has %d candidates", q.text, len(seen))
		}
	}
	if a, b := string(tr.askAnew(0, 1, nil).body), string(tr.askAnew(0, 2, nil).body); a == b {
		t.Error("a new question is the old one")
	}
	if _, err := loadTraffic(t.TempDir()); err == nil {
		t.Error("an empty folder was accepted")
	}
}

package otlp_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/server/internal/tracing/otlp"
	"github.com/splitrank/splitrank/server/internal/tracing/otlp/otlptest"
)

const (
	trace  = "0af7651916cd43dd8448eb211c80319c"
	parent = "00-" + trace + "-b7ad6b7169203331-01"
)

func open(t *testing.T, o otlp.Options) *otlp.Provider {
	t.Helper()
	p, err := otlp.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// TestOneTrace: what one server does and what it asks of another are one trace, which
// its caller began.
func TestOneTrace(t *testing.T) {
	r := otlptest.New(t)
	p := open(t, otlp.Options{Endpoint: r.URL + "/", Version: "v1"})
	var seen http.Header
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		seen = q.Header
		w.WriteHeader(http.StatusTeapot)
	}))
	defer other.Close()

	ctx, root := p.Begin(t.Context(), headers("Traceparent", parent, "Tracestate", "a=1"))
	root.Rename("POST /rerank")
	ctx, step := tracing.Start(ctx, "step")
	step.Int("number", 7)
	step.Bool("bool", true)
	step.Word("word", "w")
	step.Word("nothing", "")
	q, _ := http.NewRequestWithContext(ctx, http.MethodPost, other.URL+"/secret/path?secret=query", strings.NewReader("secret body"))
	client := http.Client{Transport: otlp.Transport(http.DefaultTransport)}
	w, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close()
	if q.Header.Get("Traceparent") != "" {
		t.Error("the caller's own request was changed")
	}
	now := time.Now()
	tracing.Note(ctx, "past", now.Add(-time.Second), now)
	step.End()
	step.End() // again
	root.End()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}

	spans := r.Spans()
	server, middle, call, past := otlptest.Find(t, spans, "POST /rerank"), otlptest.Find(t, spans, "step"), otlptest.Find(t, spans, "POST"), otlptest.Find(t, spans, "past")
	for _, s := range spans {
		if s.Trace != trace {
			t.Errorf("%s is of trace %s", s.Name, s.Trace)
		}
	}
	if server.Parent != "b7ad6b7169203331" || middle.Parent != server.ID || call.Parent != middle.ID || past.Parent != middle.ID {
		t.Errorf("parents: %+v", spans)
	}
	if past.To-past.From != uint64(time.Second) {
		t.Errorf("a span of the past lasted %d ns", past.To-past.From)
	}
	if diff := cmp.Diff(map[string]string{"number": "7", "bool": "true", "word": "w"}, middle.Attributes); diff != "" {
		t.Error(diff)
	}
	if seen.Get("Traceparent") != "00-"+trace+"-"+call.ID+"-01" || seen.Get("Tracestate") != "a=1" {
		t.Errorf("the other server was told %v", seen)
	}
	if !call.Failed || call.Attributes["http.response.status_code"] != "418" || call.Attributes["server.address"] != "127.0.0.1" {
		t.Errorf("the call: %+v", call)
	}
	for _, s := range spans {
		for _, v := range s.Attributes {
			if strings.Contains(v, "secret") {
				t.Errorf("%s tells %q", s.Name, v)
			}
		}
	}
	if about := r.Resource(); about["service.name"] != "splitrank" || about["service.version"] != "v1" || about["telemetry.sdk.language"] != "go" {
		t.Errorf("resource %v", about)
	}
	if c := p.Counts(); c != (otlp.Counts{Sent: 4}) {
		t.Errorf("counts %+v", c)
	}
}

// TestWithoutTraces: without an endpoint, or where traces are off, there is nothing, and
// all can be called.
func TestWithoutTraces(t *testing.T) {
	for name, env := range map[string][2]string{"none": {}, "disabled": {"OTEL_SDK_DISABLED", "true"}, "no exporter": {"OTEL_TRACES_EXPORTER", "none"}} {
		t.Run(name, func(t *testing.T) {
			o := otlp.Options{}
			if env[0] != "" {
				o.Endpoint = "http://127.0.0.1:1"
				t.Setenv(env[0], env[1])
			}
			p := open(t, o)
			ctx, span := p.Begin(t.Context(), headers("Traceparent", parent))
			ctx, inner := tracing.Start(ctx, "inner")
			span.End()
			inner.Fail("no")
			var shared tracing.Shared
			shared.Add(ctx)
			if p != nil || span.Recording() || inner.Recording() || tracing.TraceID(ctx) != "" || shared.Start(ctx, "x", time.Now()) != ctx {
				t.Error("something is noted")
			}
		})
	}
}

// TestNothingIsMadeWithoutTraces: work that nobody traces costs no memory.
func TestNothingIsMadeWithoutTraces(t *testing.T) {
	ctx := context.WithValue(t.Context(), http.ServerContextKey, 1)
	if n := testing.AllocsPerRun(100, func() {
		ctx, span := tracing.Start(ctx, tracing.Heuristics)
		span.Int(tracing.Documents, 1000)
		span.Word(tracing.Model, "m")
		tracing.Note(ctx, tracing.Queue, time.Time{}, time.Time{})
		span.End()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestSampling(t *testing.T) {
	zero, one := 0.0, 1.0
	tests := []struct {
		name    string
		ratio   *float64
		sampler string
		parent  string
		want    bool
	}{
		{"all by default", nil, "", "", true},
		{"the caller samples", &zero, "", parent, true},
		{"the caller does not", &one, "", strings.TrimSuffix(parent, "1") + "0", false},
		{"none", &zero, "", "", false},
		{"all", &one, "", "", true},
		{"none by the environment", nil, "always_off", parent, false},
		{"the caller's word does not count", nil, "traceidratio", parent, true}, // of all, as no argument says otherwise
		{"a caller who makes no sense", nil, "", "00-xyz", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("OTEL_TRACES_SAMPLER", tt.sampler)
			p := open(t, otlp.Options{Endpoint: otlptest.New(t).URL, Ratio: tt.ratio})
			ctx, span := p.Begin(t.Context(), headers("Traceparent", tt.parent))
			defer span.End()
			if span.Recording() != tt.want || (tracing.TraceID(ctx) != "") != tt.want {
				t.Errorf("recorded: %t", span.Recording())
			}
			if strings.HasPrefix(tt.parent, "00-0") && tt.want && tracing.TraceID(ctx) != trace {
				t.Errorf("trace %s", tracing.TraceID(ctx))
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	two := 2.0
	tests := []struct {
		name  string
		o     otlp.Options
		env   [2]string
		wants string
	}{
		{"no URL", otlp.Options{Endpoint: "localhost:4318"}, [2]string{}, "not like http://localhost:4318"},
		{"no URL in the environment", otlp.Options{}, [2]string{"OTEL_EXPORTER_OTLP_ENDPOINT", "collector"}, "not like http://localhost:4318"},
		{"more than all", otlp.Options{Endpoint: "http://h", Ratio: &two}, [2]string{}, "want 0 to 1"},
		{"gRPC", otlp.Options{Endpoint: "http://h"}, [2]string{"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}, "http/protobuf"},
		{"another exporter", otlp.Options{Endpoint: "http://h"}, [2]string{"OTEL_TRACES_EXPORTER", "zipkin"}, "otlp or none"},
		{"a sampler that is none", otlp.Options{Endpoint: "http://h"}, [2]string{"OTEL_TRACES_SAMPLER", "some"}, "parentbased_traceidratio"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.env[0] != "" {
				t.Setenv(tt.env[0], tt.env[1])
			}
			if _, err := otlp.Open(tt.o); err == nil || !strings.Contains(err.Error(), tt.wants) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Setenv("OTEL_TRACES_SAMPLER", "traceidratio")
	t.Setenv("OTEL_TRACES_SAMPLER_ARG", "1 %")
	if _, err := otlp.Open(otlp.Options{Endpoint: "http://h"}); err == nil || !strings.Contains(err.Error(), `OTEL_TRACES_SAMPLER_ARG is "1 %"`) {
		t.Errorf("error %v", err)
	}
}

// TestCollectorThatHangs: spans are dropped and counted, nobody waits, and the end comes.
func TestCollectorThatHangs(t *testing.T) {
	const queue, all = 64, 1000
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "64")
	t.Setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "16")
	r := otlptest.New(t)
	release := make(chan struct{})
	r.Answer = func(http.ResponseWriter, *http.Request) { <-release }
	p := open(t, otlp.Options{Endpoint: r.URL, FlushTimeout: 50 * time.Millisecond})
	for range all {
		_, span := p.Begin(t.Context(), nil)
		span.End()
	}
	c := p.Counts()
	if c.Sent+c.Failed+c.Dropped+c.Waiting != all || c.Waiting != queue || c.Dropped != all-queue {
		t.Errorf("counts %+v", c)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	close(release)
}

// TestCollectorThatRefuses: it is told once, and once more when it takes spans again.
func TestCollectorThatRefuses(t *testing.T) {
	t.Setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1") // so that each span is sent at once
	r := otlptest.New(t)
	var mu sync.Mutex
	taken := func(ok bool) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if !ok {
				w.WriteHeader(http.StatusForbidden)
			}
		}
	}
	answer := taken(false)
	r.Answer = func(w http.ResponseWriter, q *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		answer(w, q)
	}
	told := make(chan error, 100)
	p := open(t, otlp.Options{Endpoint: r.URL, Changed: func(err error) { told <- err }})
	end := func() {
		_, span := p.Begin(t.Context(), nil)
		span.End()
	}
	end()
	if err := <-told; err == nil {
		t.Error("no reason")
	}
	end()
	mu.Lock()
	answer = taken(true)
	mu.Unlock()
	end()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	close(told)
	var rest []error
	for err := range told {
		rest = append(rest, err)
	}
	c := p.Counts()
	if c.Failed < 1 || c.Sent < 1 || c.Sent+c.Failed != 3 || c.Waiting != 0 || len(rest) != 1 || rest[0] != nil {
		t.Errorf("counts %+v, told %v", c, rest)
	}
}

// TestTransportWithoutTrace: a request goes out as it is.
func TestTransportWithoutTrace(t *testing.T) {
	broken := errors.New("broken")
	var sent *http.Request
	behind := roundTripper(func(q *http.Request) (*http.Response, error) { sent = q; return nil, broken })
	q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://h/", nil)
	if _, err := otlp.Transport(behind).RoundTrip(q); err != broken || sent != q || len(q.Header) != 0 {
		t.Errorf("error %v, headers %v", err, q.Header)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(q *http.Request) (*http.Response, error) { return f(q) }

// TestShared: work for several requests is in the trace of each, linked to the others.
func TestShared(t *testing.T) {
	r := otlptest.New(t)
	p := open(t, otlp.Options{Endpoint: r.URL})
	var shared tracing.Shared
	var traces []string
	for range 3 {
		ctx, span := p.Begin(t.Context(), nil)
		defer span.End()
		shared.Add(ctx)
		traces = append(traces, tracing.TraceID(ctx))
	}
	shared.Add(t.Context()) // one that is not traced
	ctx := shared.Start(t.Context(), "run", time.Now())
	shared.Int("n", 3)
	if id := tracing.TraceID(ctx); id != traces[0] || shared.TraceID() != traces[0] {
		t.Errorf("goes on in trace %s", id)
	}
	shared.End("model")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	spans := r.Spans()
	if len(spans) != 3 {
		t.Fatalf("spans %s", otlptest.Names(spans))
	}
	for i, s := range spans {
		if s.Trace != traces[i] || len(s.Links) != 2 || !s.Failed || s.Attributes["n"] != "3" || s.Attributes["error.type"] != "model" {
			t.Errorf("%+v", s)
		}
		for _, l := range s.Links {
			if l.Trace == s.Trace {
				t.Errorf("linked to itself: %+v", s)
			}
		}
	}
}

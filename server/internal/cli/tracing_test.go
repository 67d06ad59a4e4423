package cli

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/llm/llmtest"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/remote/remotetest"
	"github.com/splitrank/splitrank/server/internal/tracing/otlp/otlptest"
)

const (
	traceID     = "0af7651916cd43dd8448eb211c80319c"
	traceparent = "00-" + traceID + "-b7ad6b7169203331-01"
)

// TestTraces: one request is one trace, from its caller to the large language model, and
// no span tells a text, an id or a key.
func TestTraces(t *testing.T) {
	orttest.Library(t)
	collector := otlptest.New(t)
	endpoint := (&llmtest.Server{Grade: func(string, llmtest.Document) int { return 7 }}).Start()
	defer endpoint.Close()
	url, end := serving(t, "--model", orttest.Model{}.Folder(t, "tiny"), "--otlp-endpoint", collector.URL, "--trace-ratio", "0", "--api-keys", "secret-key",
		"--llm-model", "m", "--llm-base-url", endpoint.URL(false), "--llm-trust", "1", "--log-format", "json")
	const asked = `{"query":"secret question","documents":[{"id":"secret-id","text":"secret text PARENT"},{"text":"another secret PARENT"}],"pipeline":"llm"}`
	for _, parent := range []string{"", traceparent} { // the first one is not sampled
		status, body := ask(t, url+"/rerank?secret=query", strings.ReplaceAll(asked, "PARENT", parent), "Traceparent", parent, "Authorization", "Bearer secret-key", "X-Request-Id", "secret-id")
		if status != http.StatusOK || strings.Contains(body, `"degraded":true`) {
			t.Fatalf("status %d: %s", status, body)
		}
	}
	exemplar := openMetrics(t, url)
	code, log := end()
	spans := collector.Spans()
	root := otlptest.Find(t, spans, "POST /rerank")
	within := map[string]string{
		"admission": "POST /rerank", "worker": "POST /rerank", "heuristics": "POST /rerank", "score": "POST /rerank", "judge": "POST /rerank",
		"cache": "score", "tokenize": "score", "queue": "score", "model run": "score", "chat m": "judge",
	}
	for name, parent := range within {
		if s := otlptest.Find(t, spans, name); s.Parent != otlptest.Find(t, spans, parent).ID || s.From < root.From || s.To > root.To {
			t.Errorf("%q is not within %q: %+v", name, parent, s)
		}
	}
	if len(spans) != 1+len(within)+2 { // and two merges
		t.Errorf("spans: %s", otlptest.Names(spans))
	}
	for _, s := range spans {
		if s.Trace != traceID {
			t.Errorf("%q is of another trace", s.Name)
		}
		for key, value := range s.Attributes {
			if strings.Contains(value, "secret") || strings.Contains(value, "127.0.0.1") {
				t.Errorf("%q tells %s = %q", s.Name, key, value)
			}
		}
	}
	if root.Parent != "b7ad6b7169203331" || root.Attributes["http.route"] != "/rerank" || root.Attributes["http.response.status_code"] != "200" || root.Attributes["splitrank.documents"] != "2" {
		t.Errorf("the server's span: %+v", root)
	}
	if chat := otlptest.Find(t, spans, "chat m"); chat.Attributes["gen_ai.request.model"] != "m" || chat.Attributes["gen_ai.provider.name"] != "openai" || chat.Attributes["gen_ai.usage.input_tokens"] == "0" {
		t.Errorf("the llm's span: %+v", chat)
	}
	if code != 0 || strings.Count(log, `"trace_id":"`+traceID+`"`) != 1 {
		t.Errorf("code %d, log %s", code, log)
	}
	for _, histogram := range []string{"splitrank_http_request_duration_seconds", "splitrank_model_inference_seconds", "splitrank_model_queue_seconds"} {
		if !strings.Contains(exemplar[histogram], `# {trace_id="`+traceID+`"}`) {
			t.Errorf("%s has no example: %s", histogram, exemplar[histogram])
		}
	}
	if calls := endpoint.Calls(); len(calls) == 0 || calls[len(calls)-1].Header.Get("Traceparent") != "" {
		t.Error("the llm is told of the trace")
	}
}

// TestTraceOfARemoteModel: the trace goes on at the backend, and the call stands within
// the run that it is.
func TestTraceOfARemoteModel(t *testing.T) {
	remoteTrace(t, "", "127.0.0.1:0", traceparent)
}

// TestTraceThroughTheEdge: so it does behind a Worker, which begins the trace where the
// caller has none. wasm/edge/test/trace.test.mjs runs it, with a Worker.
func TestTraceThroughTheEdge(t *testing.T) {
	edge, origin := os.Getenv("SPLITRANK_TEST_EDGE"), os.Getenv("SPLITRANK_TEST_ORIGIN")
	if edge == "" {
		t.Skip("there is no Worker: wasm/edge/test/trace.test.mjs runs this")
	}
	for _, parent := range []string{"", traceparent} {
		remoteTrace(t, edge, origin, parent)
	}
}

// remoteTrace has a server at an address, which an edge stands before ("" = none does),
// ask a backend, and looks at the trace of that.
func remoteTrace(t *testing.T, edge, addr, parent string) {
	t.Helper()
	collector, backend := otlptest.New(t), remotetest.NewOIP(t, remotetest.OIPOptions{})
	url, end := serving(t, "--addr", addr, "--model", tracedBackend(t, backend.URL), "--otlp-endpoint", collector.URL, "--trace-ratio", "0")
	if edge != "" {
		url = edge
	}
	askReady(t, url, parent)
	if code, log := end(); code != 0 {
		t.Fatalf("code %d: %s", code, log)
	}
	spans := collector.Spans()
	call := spans[slices.IndexFunc(spans, func(s otlptest.Span) bool { return s.Name == "POST" && !s.Failed })]
	within := []string{}
	last := call
	for at := call; ; {
		i := slices.IndexFunc(spans, func(s otlptest.Span) bool { return s.ID == at.Parent })
		if i < 0 {
			break
		}
		at, last = spans[i], spans[i]
		within = append(within, at.Name)
	}
	if !slices.Equal(within, []string{"model run", "score", "POST /rerank"}) || call.Attributes["http.response.status_code"] != "200" {
		t.Errorf("the call: %+v, within %q", call, within)
	}
	if last.Trace != call.Trace || last.Parent == "" || parent != "" && last.Trace != traceID {
		t.Errorf("the trace does not go on: %+v", last)
	}
	if !slices.Contains(backend.Headers("Traceparent"), "00-"+call.Trace+"-"+call.ID+"-01") {
		t.Error("the backend is not told of the trace")
	}
}

// tracedBackend is a model whose scores come from a backend.
func tracedBackend(t *testing.T, backend string) string {
	t.Helper()
	dir := orttest.Model{}.Folder(t, "m")
	if err := os.RemoveAll(filepath.Join(dir, "onnx")); err != nil {
		t.Fatal(err)
	}
	orttest.Write(t, dir, remote.File, []byte(`{"protocol":"oip","model":"m","timeout_ms":20000,"backends":["`+backend+`"]}`))
	return dir
}

// askReady asks until the backend is found ready, which takes a moment.
func askReady(t *testing.T, url, parent string) {
	t.Helper()
	for {
		status, body := ask(t, url+"/rerank", `{"query":"one","documents":["two","three"],"pipeline":"cross-encoder"}`, "Traceparent", parent)
		if status == http.StatusOK && strings.Contains(body, `"degraded":false`) {
			return
		}
		if status != http.StatusOK && status < 429 || t.Context().Err() != nil {
			t.Fatalf("status %d: %s", status, body)
		}
	}
}

// openMetrics are the lines of /metrics with an example, by the beginning of their name.
func openMetrics(t *testing.T, url string) map[string]string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	r.Header.Set("Authorization", "Bearer secret-key")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(text)), "# EOF") {
		t.Fatalf("no OpenMetrics: %v %s", err, text)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, _, ok := strings.Cut(line, "_bucket{"); ok && strings.Contains(line, " # {") {
			found[name] += line
		}
	}
	return found
}

// TestTracesRefused: what could not be sent is one line at the start.
func TestTracesRefused(t *testing.T) {
	for _, tt := range []struct{ args, env, want string }{
		{"--otlp-endpoint=collector:4318", "", "not like http://localhost:4318"},
		{"--trace-ratio=1.5", "", "--trace-ratio 1.5: want 0 to 1"},
		{"--page", "OTEL_EXPORTER_OTLP_ENDPOINT=nowhere", "not like http://localhost:4318"},
		{"--otlp-endpoint=http://localhost:4318", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "http/protobuf"},
	} {
		t.Run(tt.args+" "+tt.env, func(t *testing.T) {
			if name, value, ok := strings.Cut(tt.env, "="); ok {
				t.Setenv(name, value)
			}
			code, _, stderr := command(t, "", "serve", "--model", "none", "--addr", "127.0.0.1:0", tt.args)
			if code != exitUsage || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("code %d: %s", code, stderr)
			}
		})
	}
}

// TestCollectorAway: a collector that is not there neither fails nor stops a server.
func TestCollectorAway(t *testing.T) {
	url, end := serving(t, "--model", "none", "--otlp-endpoint", "http://127.0.0.1:1")
	if status, body := ask(t, url+"/rerank", question); status != http.StatusOK {
		t.Errorf("status %d: %s", status, body)
	}
	if code, log := end(); code != 0 || strings.Contains(log, "level=ERROR") || strings.Count(log, "collector") != 1 {
		t.Errorf("code %d: %s", code, log)
	}
}

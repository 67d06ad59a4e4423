package cli

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/remote/remotetest"
)

// backendsFolder is a model's folder without a graph, whose backends are elsewhere.
func backendsFolder(t *testing.T, more map[string]any, urls ...string) string {
	t.Helper()
	dir := orttest.Model{}.Folder(t, "elsewhere")
	if err := os.RemoveAll(filepath.Join(dir, "onnx")); err != nil {
		t.Fatal(err)
	}
	writeRemote(t, dir, more, urls...)
	return dir
}

func writeRemote(t *testing.T, dir string, more map[string]any, urls ...string) {
	t.Helper()
	file := map[string]any{"protocol": "oip", "model": "m", "timeout_ms": 60000, "backends": urls}
	for name, value := range more {
		file[name] = value
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	orttest.Write(t, dir, remote.File, text)
}

// TestServeRemote: a server without ONNX Runtime serves scores that others make, keeps
// them as long as they are of one model, and answers by the heuristics when there are none.
func TestServeRemote(t *testing.T) {
	t.Setenv("SPLITRANK_ORT_LIB", "/nowhere/libonnxruntime.so")
	t.Setenv("BACKEND_KEY", "s3cret")
	s := remotetest.NewOIP(t, remotetest.OIPOptions{Version: "1"})
	url, end := serving(t, "--model", backendsFolder(t, map[string]any{"key_env": "BACKEND_KEY"}, s.URL), "--log-level", "debug")
	post := func(more string) reply {
		t.Helper()
		status, text := ask(t, url+"/rerank", body(more))
		if status != http.StatusOK {
			t.Fatalf("status %d: %s", status, text)
		}
		return decode(t, text)
	}
	want := func(name string, a reply, reason string, read, cached int) {
		t.Helper()
		if a.Degraded != (reason != "") || a.Reason != reason || a.Usage.Read != read || a.Usage.Cached != cached {
			t.Errorf("%s: degraded %v, reason %q, read %d, cached %d; want reason %q, %d, %d", name, a.Degraded, a.Reason, a.Usage.Read, a.Usage.Cached, reason, read, cached)
		}
	}
	first := post("")
	want("first", first, "", 3, 0)
	want("again", post(""), "", 0, 3)
	s.Set(remotetest.OIPOptions{Version: "2", Logit: func(ids []int64) float32 { return remotetest.Logit(ids) + 1 }})
	changed := post(`,"cache":false`)
	if *changed.Results[0].Logit != *first.Results[0].Logit+1 {
		t.Errorf("logit %v, before %v", *changed.Results[0].Logit, *first.Results[0].Logit)
	}
	after := post("")
	want("another model", after, "", 3, 0)
	if *after.Results[0].Logit != *changed.Results[0].Logit {
		t.Errorf("logit %v of another model", *after.Results[0].Logit)
	}
	backend := strings.TrimPrefix(s.URL, "http://")
	s.FailAlways(&remotetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"0.001"}}})
	want("overloaded", post(`,"cache":false`), "overload", 0, 0)
	s.FailAlways(nil)
	for a := post(`,"cache":false`); a.Degraded; a = post(`,"cache":false`) { // it is left alone for a moment
		time.Sleep(time.Millisecond)
	}
	mid := make(chan reply)
	s.FailAlways(&remotetest.Fault{Hang: true})
	go func() { mid <- post(`,"cache":false`) }()
	for !strings.Contains(page(t, url+"/metrics"), `splitrank_remote_in_flight{backend="`+backend+`",model="elsewhere"} 1`) {
		time.Sleep(time.Millisecond)
	}
	s.Down(true)
	want("killed while it was asked", <-mid, "model", 0, 0)
	want("away", post(`,"cache":false`), "model", 0, 0)
	if status, text := ask(t, url+"/rerank", body(`,"cache":false,"strict":true`)); status != http.StatusInternalServerError || strings.Contains(text, "127.0.0.1") {
		t.Errorf("strict: status %d: %s", status, text)
	}
	if status, _ := ask(t, url+"/rerank", body("")); status != http.StatusOK {
		t.Errorf("known scores: status %d", status)
	}
	figures := page(t, url+"/metrics")
	for _, name := range []string{
		`splitrank_remote_requests_total{backend="` + backend + `",model="elsewhere"} `,
		`splitrank_remote_failures_total{backend="` + backend + `",model="elsewhere",reason="overloaded"} `,
		`splitrank_remote_request_duration_seconds_count{backend="` + backend + `",model="elsewhere"} `,
		`splitrank_remote_hedges_total{backend="` + backend + `",model="elsewhere"} 0`,
		`splitrank_remote_ready{backend="` + backend + `",model="elsewhere"} `,
		`splitrank_remote_in_flight{backend="` + backend + `",model="elsewhere"} `,
		`splitrank_remote_breaker_open{backend="` + backend + `",model="elsewhere"} `,
	} {
		if !strings.Contains(figures, "\n"+name) {
			t.Errorf("no %s", name)
		}
	}
	s.FailAlways(nil)
	s.Down(false)
	for a := post(`,"cache":false`); a.Degraded; a = post(`,"cache":false`) { // it comes back by itself
		time.Sleep(10 * time.Millisecond)
	}
	code, log := end()
	if code != 0 || strings.Contains(log, "s3cret") || !strings.Contains(log, "a backend is ready") || !strings.Contains(log, "a backend is not ready") {
		t.Errorf("code %d, log:\n%s", code, log)
	}
}

// TestServeRemoteAbsent: that no backend is there yet keeps no server from starting.
func TestServeRemoteAbsent(t *testing.T) {
	url, end := serving(t, "--model", backendsFolder(t, nil, "http://127.0.0.1:1"))
	if status, text := ask(t, url+"/rerank", body("")); status != http.StatusOK || decode(t, text).Reason != "model" {
		t.Errorf("status %d: %s", status, text)
	}
	if !strings.Contains(page(t, url+"/readyz"), "ready") {
		t.Error("it is not ready")
	}
	if code, log := end(); code != 0 || !strings.Contains(log, "a backend is not ready") || strings.Contains(log, "level=ERROR") {
		t.Errorf("code %d, log:\n%s", code, log)
	}
}

// TestServeTexts: a model whose backends take texts needs remote.json alone.
func TestServeTexts(t *testing.T) {
	s := remotetest.NewTexts(t, "tei", remotetest.TextsOptions{SHA: "a"})
	dir := t.TempDir()
	writeRemote(t, dir, map[string]any{"protocol": "tei", "model": ""}, s.URL)
	url, end := serving(t, "--model", dir)
	for _, cached := range []int{0, 3} {
		status, text := ask(t, url+"/rerank", body(""))
		if a := decode(t, text); status != http.StatusOK || a.Degraded || a.Usage.Scored != 3 || a.Usage.Cached != cached {
			t.Errorf("status %d: %s", status, text)
		}
	}
	if status, text := ask(t, url+"/rerank", body(`,"truncation":{"max_document_tokens":5}`)); status != http.StatusUnprocessableEntity || !strings.Contains(text, `"field":"truncation"`) {
		t.Errorf("status %d: %s", status, text)
	}
	if code, log := end(); code != 0 || strings.Contains(log, "level=ERROR") {
		t.Errorf("code %d, log:\n%s", code, log)
	}
}

// TestRemoteAndLocal: the graph beside remote.json tells a wrong backend.
func TestRemoteAndLocal(t *testing.T) {
	orttest.Library(t)
	s := remotetest.NewOIP(t, remotetest.OIPOptions{})
	dir := orttest.Model{}.Folder(t, "both")
	writeRemote(t, dir, nil, s.URL)
	url, end := serving(t, "--model", dir)
	if status, text := ask(t, url+"/rerank", body("")); status != http.StatusOK || decode(t, text).Reason != "model" {
		t.Errorf("status %d: %s", status, text)
	}
	if code, log := end(); code != 0 || !strings.Contains(log, "a backend serves another model") {
		t.Errorf("code %d, log:\n%s", code, log)
	}
}

// TestRemoteRefused: what is wrong with remote.json is one line that names the field.
func TestRemoteRefused(t *testing.T) {
	late := backendsFolder(t, nil, "http://127.0.0.1:1")
	config, err := os.ReadFile(filepath.Join(late, "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	orttest.Write(t, late, "config.json", []byte(strings.Replace(string(config), "{", `{"splitrank":{"late_interaction":{"match":1}},`, 1)))
	for _, tt := range []struct{ name, dir, want string }{
		{"late interaction", late, "only cross-encoders can be remote"},
		{"an unknown field", backendsFolder(t, map[string]any{"timeout": 5}, "http://127.0.0.1:1"), `"timeout"`},
		{"no backend", backendsFolder(t, nil), "backends has 0 addresses, not 1 to 64"},
		{"a user in the address", backendsFolder(t, nil, "http://me:secret@127.0.0.1:1"), "backends[0] holds a user"},
		{"no address", backendsFolder(t, nil, "127.0.0.1:8000"), "backends[0] is not like http://10.0.0.1:8000"},
		{"twice", backendsFolder(t, nil, "http://127.0.0.1:1", "http://127.0.0.1:1"), "backends[1] is there twice"},
		{"an unknown protocol", backendsFolder(t, map[string]any{"protocol": "grpc"}, "http://127.0.0.1:1"), `protocol is "grpc"`},
		{"no model", backendsFolder(t, map[string]any{"model": ""}, "http://127.0.0.1:1"), "model, its name at the backends, is missing"},
		{"a path for a model", backendsFolder(t, map[string]any{"model": "../admin"}, "http://127.0.0.1:1"), "must not hold /"},
		{"a time below nothing", backendsFolder(t, map[string]any{"timeout_ms": -1}, "http://127.0.0.1:1"), "timeout_ms is -1"},
		{"two keys", backendsFolder(t, map[string]any{"key_env": "A", "key_file": "b"}, "http://127.0.0.1:1"), "give one of them"},
		{"tensors of texts", backendsFolder(t, map[string]any{"protocol": "tei", "tensors": map[string]any{"logits": "x"}}, "http://127.0.0.1:1"), "tensors go with protocol oip alone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			code := Run([]string{"serve", "--addr", "127.0.0.1:0", "--model", tt.dir}, &Env{Ctx: t.Context(), Stdin: strings.NewReader(""), Stdout: &log, Stderr: &log})
			if code == 0 || !strings.Contains(log.String(), tt.want) || strings.Contains(log.String(), "secret") || strings.Count(log.String(), "\n") != 1 {
				t.Errorf("code %d, log:\n%s", code, log.String())
			}
		})
	}
}

//go:build unix

package crossencoder

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/remote/oip"
	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/shared/api"
)

// engine is a real server of the Open Inference Protocol, in processes of its own, that
// serves a graph under the name m.
type engine struct {
	url     string
	process *exec.Cmd
}

// engines that can be started: each names a variable with the Python that has it and
// ONNX Runtime of this version.
var engines = []struct {
	name, python string
	command      func(t testing.TB, python, dir, graph string, ports []int) *exec.Cmd
}{
	{"MLServer", "SPLITRANK_MLSERVER", mlserver},
	{"Triton", "SPLITRANK_TRITON", triton},
}

func mlserver(t testing.TB, python, dir, graph string, ports []int) *exec.Cmd {
	settings, _ := json.Marshal(map[string]any{"host": "127.0.0.1", "http_port": ports[0], "grpc_port": ports[1], "metrics_port": ports[2], "parallel_workers": 0})
	model, _ := json.Marshal(map[string]any{"name": "m", "implementation": "onnx_model.OnnxModel", "parameters": map[string]any{"uri": graph}, "max_batch_size": 0})
	orttest.Write(t, dir, "settings.json", settings)
	orttest.Write(t, dir, "model-settings.json", model)
	return exec.Command(filepath.Join(filepath.Dir(python), "mlserver"), "start", dir)
}

// triton needs the folder of its Python's library to be named.
func triton(t testing.TB, python, _, graph string, ports []int) *exec.Cmd {
	lib, err := exec.Command(python, "-c", "import sysconfig; print(sysconfig.get_config_var('LIBDIR'))").Output()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(python, "testdata/engines/triton.py", fmt.Sprint(ports[0]), fmt.Sprint(ports[1]), fmt.Sprint(ports[2]), graph)
	c.Env = []string{"LD_LIBRARY_PATH=" + strings.TrimSpace(string(lib))}
	return c
}

// startEngine skips where there is none; see make test-remote.
func startEngine(t testing.TB, i int, graph string) *engine {
	t.Helper()
	of := engines[i]
	python := os.Getenv(of.python)
	if python == "" {
		t.Skipf("%s: not run, %s names no Python that has it (make test-remote)", of.name, of.python)
	}
	orttest.Library(t)
	classes, err := filepath.Abs("testdata/engines")
	if err != nil {
		t.Fatal(err)
	}
	dir, ports := t.TempDir(), freePorts(t, 3)
	e := &engine{url: fmt.Sprintf("http://127.0.0.1:%d", ports[0]), process: of.command(t, python, dir, graph, ports)}
	e.process.Env = append(append(os.Environ(), "PYTHONPATH="+classes, "PYTHONDONTWRITEBYTECODE=1"), e.process.Env...)
	e.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it starts others
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err == nil {
		e.process.Stdout, e.process.Stderr = log, log
		err = e.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		e.kill()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("%s says:\n%.4000s", of.name, text)
		}
	})
	return e
}

// kill it and what it started.
func (e *engine) kill() {
	_ = syscall.Kill(-e.process.Process.Pid, syscall.SIGKILL)
	_ = e.process.Wait()
}

// freePorts are taken again by somebody else at worst.
func freePorts(t testing.TB, n int) (ports []int) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// beside is the same model here and at an engine.
func beside(t testing.TB, i int, dir string) (local, remoteModel *Model, s *engine) {
	t.Helper()
	s = startEngine(t, i, filepath.Join(dir, "model.onnx"))
	files := &hub.Files{Name: dir, Dir: dir, ONNX: "model.onnx"}
	local, err := Load(dir, files, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	types := remote.None
	if text, _ := os.ReadFile(filepath.Join(dir, "model.onnx")); bytes.Contains(text, []byte("\x0a\x0etoken_type_ids")) { // a whole name, with its tag and length
		types = "token_type_ids"
	}
	config, _ := json.Marshal(map[string]any{"protocol": "oip", "model": "m", "backends": []string{s.url}, "tensors": map[string]any{"token_type_ids": types}})
	orttest.Write(t, dir, remote.File, config)
	c, err := remote.ReadConfig(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	var why atomic.Value
	e, err := oip.Open(dir, c, ort.Options{}, remote.Options{Model: "elsewhere", Hooks: remote.Hooks{Changed: func(_, _ string, s remote.Status) { why.Store(fmt.Sprint(s.Why)) }}})
	if err != nil {
		t.Fatal(err)
	}
	remoteModel, err = New(modelfiles.Named([]string{"elsewhere"}, nil), e, Options{Threads: e.Pool().Workers(), BatchTokens: c.BatchTokens, BatchPairs: c.BatchPairs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = local.Close(context.Background())
		_ = remoteModel.Close(context.Background())
	})
	inTime, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	if !e.Pool().Ready(inTime) {
		t.Fatalf("the engine was never ready: %v", why.Load())
	}
	return local, remoteModel, s
}

// TestEngines: logits of a real server are those of this process, bit by bit, and
// that it is killed while it is asked degrades an answer.
func TestEngines(t *testing.T) {
	for i, of := range engines {
		for _, name := range []string{"bert", "distilroberta", "xlm-roberta"} {
			t.Run(of.name+"/"+name, func(t *testing.T) {
				local, elsewhere, s := beside(t, i, golden(t, name))
				t.Logf("%d logits, all bits equal", sameBits(t, local, elsewhere, name))
				killed(t, elsewhere, s)
			})
		}
	}
}

// sameBits compares the pairs of the golden file, in batches.
func sameBits(t *testing.T, local, elsewhere *Model, name string) (compared int) {
	t.Helper()
	for line := range strings.Lines(string(unpacked(t, "testdata/"+name+".golden.jsonl.gz"))) {
		var c parityCase
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		for batch := range slices.Chunk(pairsOf(t, local, c.Query, c.Documents), 32) {
			want, err := local.loaded.Score(t.Context(), batch)
			if err != nil {
				t.Fatal(err)
			}
			got, err := elsewhere.loaded.Score(t.Context(), batch)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(want, got) {
				t.Fatalf("query %.60q: logits %v there, %v here", c.Query, got, want)
			}
			compared += len(batch)
		}
	}
	if compared == 0 {
		t.Fatal("nothing was compared")
	}
	return compared
}

func pairsOf(t testing.TB, m *Model, query string, documents []string) (pairs []token.Pair) {
	t.Helper()
	b, err := m.pairBuilder(query, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		if pairs, err = b.add(pairs, d); err != nil {
			t.Fatal(err)
		}
	}
	return pairs
}

// killed ends the server while a request waits for it.
func killed(t *testing.T, m *Model, s *engine) {
	t.Helper()
	req := request("how do plants make food")
	for i := range 200 {
		req.Documents = append(req.Documents, api.Document{Text: strings.Repeat(fmt.Sprintf("plant %d turns light into sugar ", i), 30)})
	}
	req.Pipeline = api.CrossEncoder
	done := make(chan *api.Response, 1)
	go func() {
		r, err := engineOf(t, m, nil).Rerank(t.Context(), req)
		if err != nil {
			t.Error(err)
		}
		done <- r
	}()
	for m.States()[0].InFlight == 0 {
		time.Sleep(time.Millisecond)
	}
	s.kill()
	if r := <-done; r != nil && (!r.Degraded || r.Reason != api.ReasonModel) {
		t.Errorf("degraded %v, reason %q", r.Degraded, r.Reason)
	}
}

// TestEnginesAdded measures what a remote model adds to a batch: to ONNX Runtime in this
// process, and to the server's own time, which is that of the same bytes sent by
// nothing but net/http. The first graph is a real one of 96 tokens at most, the second
// takes 128 and computes next to nothing.
func TestEnginesAdded(t *testing.T) {
	for i, of := range engines {
		for _, one := range []struct {
			name string
			dir  func(t *testing.T) string
		}{{"bert", func(t *testing.T) string { return golden(t, "bert") }}, {"128 tokens", long}} {
			t.Run(of.name+"/"+one.name, func(t *testing.T) { added(t, i, one.dir(t)) })
		}
	}
}

// long is a tiny model of 128 tokens.
func long(t *testing.T) string {
	dir := orttest.Model{Positions: 128}.Folder(t, "long")
	if err := os.Rename(filepath.Join(dir, "onnx", "model.onnx"), filepath.Join(dir, "model.onnx")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func added(t *testing.T, i int, dir string) {
	local, elsewhere, s := beside(t, i, dir)
	pairs := pairsOf(t, local, "how do plants make food", slices.Repeat([]string{strings.Repeat("light water air ", 200)}, 32))
	width := local.loaded.Length(pairs[0])
	body, err := elsewhere.loaded.(*oip.Engine).Body(pairs)
	if err != nil {
		t.Fatal(err)
	}
	const rounds = 60
	var here, there, bare []float64
	for range rounds {
		here = append(here, took(t, func() error { _, err := local.loaded.Score(t.Context(), pairs); return err }))
		there = append(there, took(t, func() error { _, err := elsewhere.loaded.Score(t.Context(), pairs); return err }))
		bare = append(bare, took(t, func() error { return postBare(s.url, body) }))
	}
	p50 := func(list []float64) float64 { return slices.Sorted(slices.Values(list))[len(list)/2] }
	t.Logf("32 pairs of %d tokens, p50 of %d in turns: ONNX Runtime here %.1f ms; the server %.1f ms as a remote model, %.1f ms by net/http alone with %d bytes of JSON",
		width, rounds, p50(here), p50(there), p50(bare), len(body))
}

func took(t *testing.T, do func() error) float64 {
	t.Helper()
	began := time.Now()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	return float64(time.Since(began).Microseconds()) / 1000
}

func postBare(url string, body []byte) error {
	w, err := http.Post(url+"/v2/models/m/infer", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer w.Body.Close()
	var answer map[string]any
	return json.NewDecoder(w.Body).Decode(&answer)
}

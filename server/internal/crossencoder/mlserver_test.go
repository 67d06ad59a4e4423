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

// envMLServer names the Python that has MLServer and onnxruntime of this version.
const envMLServer = "SPLITRANK_MLSERVER"

// mlserver serves a graph under the name m, in a process of its own.
type mlserver struct {
	url     string
	process *exec.Cmd
}

// startMLServer skips where there is none; see make test-remote.
func startMLServer(t testing.TB, graph string) *mlserver {
	t.Helper()
	python := os.Getenv(envMLServer)
	if python == "" {
		t.Skip("MLServer: not run, " + envMLServer + " names no Python that has it (make test-remote)")
	}
	orttest.Library(t)
	class, err := filepath.Abs("testdata/mlserver")
	if err != nil {
		t.Fatal(err)
	}
	dir, ports := t.TempDir(), freePorts(t, 3)
	settings, _ := json.Marshal(map[string]any{"host": "127.0.0.1", "http_port": ports[0], "grpc_port": ports[1], "metrics_port": ports[2], "parallel_workers": 0})
	model, _ := json.Marshal(map[string]any{"name": "m", "implementation": "onnx_model.OnnxModel", "parameters": map[string]any{"uri": graph}, "max_batch_size": 0})
	orttest.Write(t, dir, "settings.json", settings)
	orttest.Write(t, dir, "model-settings.json", model)
	s := &mlserver{url: fmt.Sprintf("http://127.0.0.1:%d", ports[0]), process: exec.Command(filepath.Join(filepath.Dir(python), "mlserver"), "start", dir)}
	s.process.Env = append(os.Environ(), "PYTHONPATH="+class, "PYTHONDONTWRITEBYTECODE=1")
	log, err := os.Create(filepath.Join(dir, "log"))
	if err == nil {
		s.process.Stdout, s.process.Stderr = log, log
		err = s.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("MLServer says:\n%.4000s", text)
		}
	})
	return s
}

func (s *mlserver) kill() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
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

// beside is the same model here and at an MLServer.
func beside(t testing.TB, dir string) (local, remoteModel *Model, s *mlserver) {
	t.Helper()
	s = startMLServer(t, filepath.Join(dir, "model.onnx"))
	files := &hub.Files{Name: dir, Dir: dir, ONNX: "model.onnx"}
	local, err := Load(dir, files, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	types := remote.None
	if text, _ := os.ReadFile(filepath.Join(dir, "model.onnx")); bytes.Contains(text, []byte("token_type_ids")) {
		types = "token_type_ids"
	}
	config, _ := json.Marshal(map[string]any{"protocol": "oip", "model": "m", "backends": []string{s.url}, "tensors": map[string]any{"token_type_ids": types}})
	orttest.Write(t, dir, remote.File, config)
	c, err := remote.ReadConfig(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	e, err := oip.Open(dir, c, ort.Options{}, remote.Options{Model: "elsewhere"})
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
		t.Fatal("MLServer was never ready")
	}
	return local, remoteModel, s
}

// TestMLServer: logits of a real server are those of this process, bit by bit, and
// that it is killed while it is asked degrades an answer.
func TestMLServer(t *testing.T) {
	for _, name := range []string{"bert", "distilroberta", "xlm-roberta"} {
		t.Run(name, func(t *testing.T) {
			local, elsewhere, s := beside(t, golden(t, name))
			compared := 0
			for line := range strings.Lines(string(unpacked(t, "testdata/"+name+".golden.jsonl.gz"))) {
				var c parityCase
				if err := json.Unmarshal([]byte(line), &c); err != nil {
					t.Fatal(err)
				}
				if len(c.Documents) == 0 {
					continue
				}
				pairs := pairsOf(t, local, c.Query, c.Documents)
				for batch := range slices.Chunk(pairs, 32) {
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
			t.Logf("%d logits, all bits equal", compared)
			killed(t, elsewhere, s)
		})
	}
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
func killed(t *testing.T, m *Model, s *mlserver) {
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

// TestMLServerAdded measures what a remote model adds to a batch of 32 pairs of 128
// tokens: to ONNX Runtime in this process, and to the server's own time, which is that
// of the same bytes sent by nothing but net/http.
func TestMLServerAdded(t *testing.T) {
	local, elsewhere, s := beside(t, golden(t, "bert"))
	pairs := pairsOf(t, local, "how do plants make food", slices.Repeat([]string{strings.Repeat("light water air ", 200)}, 32))
	for i := range pairs {
		pairs[i].Document = pairs[i].Document[:min(len(pairs[i].Document), 128-local.loaded.Length(token.Pair{Query: pairs[i].Query}))]
	}
	width := local.loaded.Length(pairs[0])
	body := recordedBody(t, elsewhere, pairs)
	const rounds = 60
	var here, there, bare []float64
	for range rounds {
		here = append(here, took(t, func() error { _, err := local.loaded.Score(t.Context(), pairs); return err }))
		there = append(there, took(t, func() error { _, err := elsewhere.loaded.Score(t.Context(), pairs); return err }))
		bare = append(bare, took(t, func() error { return postBare(s.url, body) }))
	}
	slices.Sort(here)
	slices.Sort(there)
	slices.Sort(bare)
	p50 := func(list []float64) float64 { return list[len(list)/2] }
	t.Logf("32 pairs of %d tokens, p50 of %d in turns: ONNX Runtime here %.1f ms, MLServer %.1f ms by net/http alone, %.1f ms as a remote model (%.1f ms more); a body of %d bytes",
		width, rounds, p50(here), p50(bare), p50(there), p50(there)-p50(bare), len(body))
}

func took(t *testing.T, do func() error) float64 {
	t.Helper()
	began := time.Now()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	return float64(time.Since(began).Microseconds()) / 1000
}

// recordedBody is what the remote model sends.
func recordedBody(t *testing.T, m *Model, pairs []token.Pair) []byte {
	t.Helper()
	body, err := m.loaded.(*oip.Engine).Body(pairs)
	if err != nil {
		t.Fatal(err)
	}
	return body
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

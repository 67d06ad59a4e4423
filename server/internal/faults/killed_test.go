//go:build linux

package faults

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// What is killed, how often.
const (
	killedServers = 25
	killedWarmers = 25
)

// keptAnswer is what matters of an answer over documents that may be known.
type keptAnswer struct {
	Results []struct {
		Index int     `json:"index"`
		Logit float64 `json:"logit"`
	} `json:"results"`
	Usage struct {
		Scored int `json:"scored"`
		Known  int `json:"known"`
	} `json:"usage"`
}

// askKept ranks documents over HTTP; the logits come by document.
func (p *program) askKept(documents []string) (logits []float64, known int) {
	p.t.Helper()
	body, err := json.Marshal(map[string]any{"query": "how do plants make food", "documents": documents, "pipeline": "cross-encoder"})
	if err != nil {
		p.t.Fatal(err)
	}
	var a keptAnswer
	if err := json.Unmarshal(p.send("/rerank", body, 200), &a); err != nil || a.Usage.Scored != len(documents) {
		p.t.Fatalf("%+v, error %v", a.Usage, err)
	}
	logits = make([]float64, len(documents))
	for _, r := range a.Results {
		logits[r.Index] = r.Logit
	}
	return logits, a.Usage.Known
}

func (p *program) send(path string, body []byte, want int) []byte {
	p.t.Helper()
	w, err := client().Post("http://"+p.addr+path, "application/json", bytes.NewReader(body))
	if err != nil {
		p.t.Fatalf("%v: %s", err, p.log)
	}
	defer w.Body.Close()
	answer, err := io.ReadAll(w.Body)
	if err != nil || w.StatusCode != want {
		p.t.Fatalf("status %d, error %v: %s", w.StatusCode, err, answer)
	}
	return answer
}

func keepBody(documents []string) []byte {
	body, _ := json.Marshal(map[string]any{"documents": documents})
	return body
}

// sentences of words that the tiny model knows, all different.
func sentences(r *rand.Rand, n int) []string {
	list := make([]string, n)
	for i := range list {
		var words []string
		for range 10 {
			words = append(words, orttest.Words[5+r.IntN(len(orttest.Words)-5)])
		}
		list[i] = fmt.Sprintf("%s %s", strings.Join(words, " "), strings.Join(strings.Split(fmt.Sprintf("%o", i), ""), " a "))
	}
	return list
}

// TestKilledWithVectors: servers and warm are killed while they read, again and again,
// on one folder. Every next one starts, what was acknowledged is known, and no score
// is another one than without any folder.
func TestKilledWithVectors(t *testing.T) {
	orttest.Library(t)
	r := rand.New(rand.NewPCG(11, 11))
	model, dir := orttest.Encoder{Seed: 1}.Folder(t, "tiny"), filepath.Join(t.TempDir(), "vectors")
	all := sentences(r, 4000)
	asked := all[:200]
	one := []string{"--model", model, "--batch-tokens", "1"} // text by text: the last bit of a sum may hang on the batch
	reference := start(t, append(one, "--vectors", "none")...)
	want, _ := reference.askKept(asked)
	reference.kill()

	acknowledged := 0
	for round := range killedServers {
		p := start(t, append(one, "--vectors", "disk", "--vectors-dir", dir, "--read-ahead", "0")...)
		if strings.Contains(p.log.String(), "memory only") {
			t.Fatalf("round %d: the folder is refused: %s", round, p.log)
		}
		if acknowledged > 0 {
			p.wantKept(asked[:acknowledged], want, acknowledged)
		}
		from := round * len(asked) / killedServers
		acknowledged = (round + 1) * len(asked) / killedServers
		p.send("/documents", keepBody(asked[from:acknowledged]), 200)
		go func() { // nobody acknowledges these
			if w, err := client().Post("http://"+p.addr+"/documents", "application/json", bytes.NewReader(keepBody(all[1000:1900]))); err == nil {
				w.Body.Close()
			}
		}()
		p.killIn(r, 100*time.Millisecond)
	}
	file := filepath.Join(t.TempDir(), "documents.jsonl")
	if err := os.WriteFile(file, lines(all), 0o600); err != nil {
		t.Fatal(err)
	}
	warm := append([]string{"warm", "--vectors-dir", dir}, append(one, file)...)
	for range killedWarmers {
		c := exec.Command(built(t), warm...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(r.IntN(300))*time.Millisecond, func() { _ = c.Process.Kill() })
		_ = c.Wait()
		timer.Stop()
	}
	if out, err := exec.Command(built(t), warm...).CombinedOutput(); err != nil || !bytes.HasPrefix(out, []byte("4000 documents")) {
		t.Fatalf("error %v: %s", err, out)
	}
	start(t, append(one, "--vectors", "disk", "--vectors-dir", dir)...).wantKept(asked, want, len(asked))
}

// wantKept asks, and wants these scores and so many known documents at least.
func (p *program) wantKept(documents []string, want []float64, known int) {
	p.t.Helper()
	got, n := p.askKept(documents)
	for i := range got {
		if got[i] != want[i] {
			p.t.Fatalf("document %d: %v, want %v", i, got[i], want[i])
		}
	}
	if n < known {
		p.t.Fatalf("%d documents are known, %d were acknowledged: %s", n, known, p.log)
	}
}

func (p *program) kill() {
	_ = p.process.Process.Kill()
	<-p.ended
}

// killIn a time of at most so long.
func (p *program) killIn(r *rand.Rand, most time.Duration) {
	timer := time.AfterFunc(time.Duration(r.Int64N(int64(most))), func() { _ = p.process.Process.Kill() })
	defer timer.Stop()
	<-p.ended
}

func lines(list []string) []byte {
	var b bytes.Buffer
	for _, s := range list {
		text, _ := json.Marshal(s)
		b.Write(append(text, '\n'))
	}
	return b.Bytes()
}

// TestVectorsOnAFullDisk: one warning, and answers go on as before.
func TestVectorsOnAFullDisk(t *testing.T) {
	orttest.Library(t)
	model := orttest.Encoder{Seed: 1}.Folder(t, "tiny")
	all := sentences(rand.New(rand.NewPCG(12, 12)), 1000)
	one := []string{"--model", model, "--batch-tokens", "1"}
	reference := start(t, append(one, "--vectors", "none")...)
	want, _ := reference.askKept(all[:100])
	reference.kill()

	limited := []string{"sh", "-c", `ulimit -f 64; exec "$0" "$@"`, built(t)}
	p := startBy(t, limited, append(one, "--vectors", "disk", "--vectors-dir", filepath.Join(t.TempDir(), "vectors"))...)
	for range 3 {
		answer := p.send("/documents", keepBody(all), 200)
		if !bytes.Contains(answer, []byte(`"on_disk":false`)) {
			t.Errorf("%s", answer)
		}
		p.wantKept(all[:100], want, 100)
	}
	if n := strings.Count(p.log.String(), "level=WARN"); n != 1 {
		t.Errorf("%d warnings: %s", n, p.log)
	}
}

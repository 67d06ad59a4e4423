//go:build unix

package httpapi

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/rerank"
	core "github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// contender is a way to ask the same: a path and its service's own body.
type contender struct {
	name   string
	path   string
	body   []byte
	ratios []float64 // of each round to the native shape's
	answer int       // bytes
}

// BenchmarkShapes compares every path of another service with the native one:
// whole requests over the server's handler, 100 documents of 600 bytes of prose,
// pipeline heuristic. All take turns within a round, in another order each time
// and with the garbage of the one before collected, and the medians of the ratios to the native shape of the same round
// are printed. vLLM's answers bring the documents back, unasked: it is to be held
// against native with documents. The first, native again, says how far the machine can tell.
//
//	go test ./server/internal/httpapi -run '^$' -bench Shapes -benchtime 400x
func BenchmarkShapes(b *testing.B) {
	engine, err := rerank.New(rerank.Config{Planner: core.NewPlanner(all.Stemmers())})
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(Config{Reranker: engine})
	if err != nil {
		b.Fatal(err)
	}
	all := contenders(prose(b, 100, 600))
	took := make([]float64, len(all))
	random := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		for _, at := range random.Perm(len(all)) {
			runtime.GC()
			took[at] = all[at].ask(b, s.Handler())
		}
		for i := range all {
			all[i].ratios = append(all[i].ratios, took[i]/took[0])
		}
	}
	fmt.Printf("%s, %s/%s, %d processors, %d rounds\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), len(all[0].ratios))
	for _, c := range all[1:] {
		c.print()
	}
}

// print the median of the ratios and where half of them lie.
func (c *contender) print() {
	slices.Sort(c.ratios)
	at := func(p float64) float64 { return eval.Percentile(c.ratios, p) }
	fmt.Printf("%-26s %.3f × native (half: %.3f to %.3f), %d bytes asked, %d answered\n", c.name, at(0.5), at(0.25), at(0.75), len(c.body), c.answer)
}

// contenders are native twice, and each mount in its own shape.
func contenders(texts []string) []*contender {
	native := func(name, key string) *contender {
		return &contender{name: name, path: "/rerank", body: bodyOf(key, texts)}
	}
	list := []*contender{native("native", "documents"), native("native again", "documents"), native("native with documents", `return_documents":true,"documents`)}
	for _, m := range api.Mounts() {
		if m.Path != "/rerank" {
			list = append(list, &contender{name: m.Path, path: m.Path, body: bodyOf(listOf[m.Shape], texts)})
		}
	}
	return append(list, &contender{name: "/rerank with texts", path: "/rerank", body: bodyOf("texts", texts)},
		&contender{name: "/v1/rerank with top_k", path: "/v1/rerank", body: bodyOf(`top_k":100,"documents`, texts)})
}

// listOf documents in the shapes that name them in their own way.
var listOf = map[api.Shape]string{
	api.CohereV1: "documents", api.CohereV2: "documents", api.Voyage: "documents", api.VLLM: "documents", api.Infinity: "documents",
	api.TEI: "texts", api.Mixedbread: "input",
}

func bodyOf(list string, texts []string) []byte {
	documents, err := json.Marshal(texts)
	if err != nil {
		panic(err)
	}
	return fmt.Appendf(nil, `{"query":"how do I keep a sourdough starter in the fridge?","%s":%s}`, list, documents)
}

// counted is where an answer goes, as cheap as a socket's buffer.
type counted struct {
	header        http.Header
	status, bytes int
}

func (w *counted) Header() http.Header         { return w.header }
func (w *counted) WriteHeader(status int)      { w.status = status }
func (w *counted) Write(p []byte) (int, error) { w.bytes += len(p); return len(p), nil }

// ask a few times and return the seconds of processor time, which other programs
// on the machine change less than the clock's.
func (c *contender) ask(b *testing.B, h http.Handler) float64 {
	began := processorTime(b)
	for range 4 {
		r := httptest.NewRequest(http.MethodPost, c.path, bytes.NewReader(c.body))
		r.Header.Set("Content-Type", "application/json")
		w := &counted{header: http.Header{}}
		if h.ServeHTTP(w, r); w.status != 200 {
			b.Fatal(c.name, w.status)
		}
		c.answer = w.bytes
	}
	return (processorTime(b) - began).Seconds()
}

// processorTime that this process has used.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// prose is so many texts of so many bytes, cut from the collection that comes along.
func prose(b *testing.B, n, size int) []string {
	f, err := os.Open("../../../shared/eval/sample/corpus.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	passages, err := eval.ReadCorpus(f.Name(), f, func(string) bool { return true })
	if err != nil {
		b.Fatal(err)
	}
	var all strings.Builder
	for i := 0; all.Len() < n*size; i++ {
		all.WriteString(strings.ToValidUTF8(passages[fmt.Sprintf("p%03d", i%len(passages)+1)].Text, "") + " ")
	}
	texts := make([]string, n)
	for i := range texts {
		texts[i] = strings.ToValidUTF8(all.String()[i*size:(i+1)*size], "")
	}
	return texts
}

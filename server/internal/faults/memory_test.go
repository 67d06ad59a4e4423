//go:build linux

package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// explainedBatch is small as a body and large as an answer.
func explainedBatch(requests, documents int) string {
	one, _ := json.Marshal(map[string]any{"query": "a b c", "pipeline": "heuristic", "explain": true, "documents": strings.Split(strings.Repeat("a ", documents-1)+"a", " ")})
	return `{"requests":[` + strings.Repeat(string(one)+",", requests-1) + string(one) + `]}`
}

// bound is what SECURITY.md says that a process takes beyond what it took idle.
func bound(budget, totalBytes int64) int64 { return 4 * counted(budget, totalBytes) }

// counted is the memory that is in use at once, as far as the limits go.
func counted(budget, totalBytes int64) int64 {
	return budget + int64(runtime.NumCPU())*14*totalBytes
}

// TestMemoryIsBounded: whatever 64 clients do within the limits, the process takes
// no more than is said; with GOMEMLIMIT, less.
func TestMemoryIsBounded(t *testing.T) {
	const budget, totalBytes = 24 << 20, 512 << 10
	flags := []string{"--max-in-flight-bytes", fmt.Sprint(budget), "--max-body-bytes", "2000000", "--max-total-bytes", fmt.Sprint(totalBytes), "--write-stall", "2s"}
	idle := start(t, flags...).memory("VmRSS")
	t.Run("as it comes", func(t *testing.T) {
		memoryIsBounded(t, start(t, flags...), idle, bound(budget, totalBytes))
	})
	t.Run("with GOMEMLIMIT", func(t *testing.T) {
		limit := idle + counted(budget, totalBytes)*5/4
		p := start(t, append([]string{fmt.Sprintf("GOMEMLIMIT=%d", limit)}, flags...)...)
		memoryIsBounded(t, p, idle, 3*counted(budget, totalBytes))
	})
}

func memoryIsBounded(t *testing.T, p *program, idle, allowed int64) {
	t.Helper()
	p.served(small)
	text := strings.Repeat("a b ", 20_000)
	bodies := []struct{ path, accept, body string }{
		{"/rerank", "*/*", small},
		{"/rerank", "*/*", `{"query":"a b","explain":true,"return_documents":true,"documents":["` + text + `"]}`},
		{"/rerank", "text/event-stream", `{"query":"a b","explain":true,"diversity":0.5,"documents":["` + text + `","` + text + `"]}`},
		{"/rerank", "*/*", `{"query":"a b","return_documents":true,"documents":["` + strings.Repeat(text, 5) + `"]}`},
		{"/rerank/batch", "*/*", explainedBatch(100, 90)},
		{"/rerank/batch", "*/*", explainedBatch(10, 900)},
		{"/rerank", "*/*", strings.Repeat("[", 1_000_000)},
	}
	end := time.Now().Add(6 * time.Second)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for time.Now().Before(end) {
				b := bodies[r.IntN(len(bodies))]
				whole := len(b.body)
				sent := b.body
				if r.IntN(5) == 0 {
					sent = sent[:whole-1]
				}
				c := p.open(request(b.path, b.accept, sent, whole))
				if c == nil {
					continue
				}
				_ = c.SetReadDeadline(time.Now().Add(time.Duration(r.IntN(1500)) * time.Millisecond))
				if r.IntN(3) > 0 { // the others read nothing
					_, _ = io.CopyN(io.Discard, c, int64(r.IntN(1<<20)))
				} else {
					_, _ = c.Read(make([]byte, 1))
				}
				c.Close()
			}
		})
	}
	wg.Wait()
	most := p.memory("VmHWM")
	t.Logf("idle %d MB, at most %d MB, bound %d MB", idle>>20, most>>20, (idle+allowed)>>20)
	if most > idle+allowed {
		t.Errorf("%d bytes, idle %d, and %d are allowed beyond", most, idle, allowed)
	}
	p.served(small)
}

// TestAnswersThatNobodyReads take a few of their parts each, and others are served.
func TestAnswersThatNobodyReads(t *testing.T) {
	for _, tt := range []struct {
		name, path, accept, body string
		flags                    []string
	}{
		{"batches", "/rerank/batch", "*/*", explainedBatch(100, 100), nil},
		{"batches beyond the usual", "/rerank/batch", "*/*", explainedBatch(100, 1000), []string{"--max-batch-documents", "100000"}},
		{"events", "/rerank", "text/event-stream", `{"query":"a","explain":true,"return_documents":true,"documents":["` + strings.Repeat("a b ", 50_000) + `"]}`, nil},
		{"documents", "/rerank", "*/*", `{"query":"a","return_documents":true,"documents":["` + strings.Repeat("a b ", 200_000) + `"]}`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const budget = 128 << 20
			p := start(t, append([]string{"--max-in-flight-bytes", fmt.Sprint(budget)}, tt.flags...)...)
			p.served(small)
			idle := p.memory("VmRSS")
			for range 48 {
				p.open(request(tt.path, tt.accept, tt.body, len(tt.body)))
			}
			for range 20 {
				p.served(small)
			}
			if most := p.memory("VmHWM"); most > idle+bound(budget, 4<<20) {
				t.Errorf("%d MB", most>>20)
			}
		})
	}
}

// TestLittleMemory: a limit far below what it needs makes it slow and not wrong.
func TestLittleMemory(t *testing.T) {
	p := start(t, "GOMEMLIMIT=8MiB")
	for range 4 {
		p.served(`{"query":"a","documents":["` + strings.Repeat("word ", 100_000) + `"]}`)
	}
}

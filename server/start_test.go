package main

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/server/model"
)

// firstAnswer starts a server with the built-in models and asks it once.
func firstAnswer(t testing.TB) (took time.Duration, peakMB float64) {
	t.Helper()
	if model.Builtin() == nil {
		t.Skip("no model is inside: it takes cgo and server/model/splitrank-mini/model.onnx")
	}
	orttest.Library(t)
	cmd := program(t, "serve", "--addr", "127.0.0.1:0")
	cmd.Env = append(cmd.Env, "SPLITRANK_MODEL=")
	begin := time.Now()
	s := startProgram(t, cmd)
	answer, err := http.Post("http://"+s.address+"/rerank", "application/json", strings.NewReader(`{"query":"how do plants make food","documents":["The shop closes at six.","Plants make sugar."]}`))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	took = time.Since(begin)
	if err != nil || !strings.Contains(string(text), `"scored_by":"late-interaction"`) {
		t.Fatalf("error %v: %s", err, text)
	}
	peakMB = peak(t, cmd.Process.Pid)
	s.signal(t, syscall.SIGTERM)
	if err := s.ended(t); err != nil {
		t.Fatal(err)
	}
	return took, peakMB
}

// peak is the most memory that a process ever had, in 10^6 bytes.
func peak(t testing.TB, pid int) float64 {
	t.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		t.Skip(err)
	}
	kib, err := strconv.Atoi(regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindStringSubmatch(string(status))[1])
	if err != nil {
		t.Fatal(err)
	}
	return float64(kib) * 1024 / 1e6
}

// BenchmarkStart is from the start of the process to its first answer.
func BenchmarkStart(b *testing.B) {
	var most float64
	for b.Loop() {
		_, peakMB := firstAnswer(b)
		most = max(most, peakMB)
	}
	b.ReportMetric(most, "peak-MB")
}

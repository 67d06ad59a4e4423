//go:build linux

package faults

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSlowClients: however many of them hold on to what they have, others are
// served within two seconds.
func TestSlowClients(t *testing.T) {
	large := strings.Repeat(" ", 1<<20)
	for _, tt := range []struct {
		name, text string
		clients    int
		flags      []string
	}{
		{"say nothing", "", 300, []string{"--max-connections", "100"}},
		{"half a method", "PO", 300, []string{"--max-connections", "100"}},
		{"half the headers", "POST /rerank HTTP/1.1\r\nHost: x\r\n", 300, []string{"--max-connections", "100"}},
		{"no body", request("/rerank", "*/*", "", 1000), 300, []string{"--max-in-flight", "10"}},
		{"the first byte of a body", request("/rerank", "*/*", "{", 1000), 300, []string{"--max-in-flight", "10"}},
		{"all but the last byte", request("/rerank", "*/*", large[1:], 1<<20), 20, []string{"--max-body-bytes", "1048576", "--max-in-flight-bytes", "8388608", "--max-total-bytes", "1000000"}},
		{"half a batch", request("/rerank/batch", "*/*", `{"requests":[`, 1000), 300, []string{"--max-in-flight", "10"}},
		{"a chunk that does not come", "POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{", 300, []string{"--max-in-flight", "10"}},
		{"a body that is refused before", "POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{", 300, []string{"--max-in-flight", "10"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := start(t, tt.flags...)
			for range tt.clients {
				p.open(tt.text)
			}
			p.served(small)
			p.served(`{"query":"a","documents":["` + strings.Repeat("word ", 10_000) + `"]}`)
		})
	}
}

// TestFewDescriptors: silent connections take all that there are, and others are
// served.
func TestFewDescriptors(t *testing.T) {
	p := startBy(t, []string{"/bin/sh", "-c", `ulimit -n 64; exec "$@"`, "sh", built(t)})
	for range 200 {
		p.open("")
	}
	for range 5 {
		p.served(small)
	}
}

// TestStopWithEverythingInFlight: those who do not move are not waited for, and
// who is being answered is.
func TestStopWithEverythingInFlight(t *testing.T) {
	documents := `{"query":"a","return_documents":true,"documents":["` + strings.Repeat("a b ", 200_000) + `","` + strings.Repeat("a c ", 200_000) + `"]}`
	inFlight := map[string]string{
		"nothing":         "",
		"silent":          " ",
		"half headers":    "POST /rerank HTTP/1.1\r\nHost",
		"a slow body":     request("/rerank", "*/*", "{", 1000),
		"never reads":     request("/rerank", "*/*", documents, len(documents)),
		"reads no events": request("/rerank", "text/event-stream", documents, len(documents)),
		"reads no batch":  request("/rerank/batch", "*/*", explainedBatch(100, 100), len(explainedBatch(100, 100))),
	}
	all := ""
	for name, text := range inFlight {
		t.Run(name, func(t *testing.T) { stopsSoon(t, text) })
		all += text
	}
	t.Run("all at once", func(t *testing.T) {
		var texts []string
		for _, text := range inFlight {
			texts = append(texts, text)
		}
		stopsSoon(t, texts...)
	})
}

func stopsSoon(t *testing.T, texts ...string) {
	t.Helper()
	p := start(t)
	for _, text := range texts {
		if text != "" {
			for range 3 {
				p.open(text)
			}
		}
	}
	p.served(small) // by now the others have come
	before := time.Now()
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d after %s: %s", code, time.Since(before), p.log)
	}
}

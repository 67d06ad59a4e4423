package hub

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

const miniLM = "cross-encoder/ms-marco-MiniLM-L6-v2"

// size of an ONNX file in tests: more than one read, more than `enough`.
const size = 300 << 10

// newHub is a client of a hub that waits for nothing longer than it must.
func newHub(t testing.TB, server *hubtest.Hub, change ...func(*Config)) *Hub {
	t.Helper()
	c := Config{
		Endpoint: server.URL, Cache: filepath.Join(t.TempDir(), "hub"),
		Tries: 3, MinWait: time.Nanosecond, MaxWait: time.Millisecond, Stall: 10 * time.Second,
	}
	for _, f := range change {
		f(&c)
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// another client of the same cache, as another process has.
func another(t testing.TB, h *Hub, change ...func(*Config)) *Hub {
	t.Helper()
	c := h.config
	for _, f := range change {
		f(&c)
	}
	again, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func mustPull(t testing.TB, h *Hub, name string, o PullOptions) *Files {
	t.Helper()
	m, err := h.Pull(t.Context(), name, o)
	if err != nil {
		t.Fatalf("pulling %s: %v", name, err)
	}
	return m
}

// hasFiles compares a folder with what the hub holds.
func hasFiles(t testing.TB, m *Files, files map[string][]byte, names ...string) {
	t.Helper()
	for _, name := range names {
		got, err := os.ReadFile(filepath.Join(m.Dir, filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
		} else if sum(got) != sum(files[name]) {
			t.Errorf("%s differs from what the hub holds", name)
		}
	}
}

func sum(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

// leftovers lists what a pull should not leave behind.
func leftovers(t testing.TB, h *Hub) []string {
	t.Helper()
	var left []string
	err := filepath.WalkDir(h.config.Cache, func(path string, _ os.DirEntry, err error) error {
		if err == nil && (strings.HasSuffix(path, partSuffix) || strings.HasSuffix(path, ".tmp")) {
			left = append(left, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return left
}

// gets counts the requests for contents whose path contains in.
func gets(requests []string, in string) int {
	n := 0
	for _, r := range requests {
		if strings.HasPrefix(r, "GET ") && strings.Contains(r, in) {
			n++
		}
	}
	return n
}

// heard collects what Notify is told.
type heard struct {
	mu    sync.Mutex
	lines []string
}

func (h *heard) notify(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, line)
}

func (h *heard) contains(part string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Contains(strings.Join(h.lines, "\n"), part)
}

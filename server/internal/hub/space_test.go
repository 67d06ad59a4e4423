package hub

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

// TestSizesBeyondAll: sizes that a hub makes up do not wrap around to small ones.
func TestSizesBeyondAll(t *testing.T) {
	for _, sizes := range [][]int64{{1 << 62, 1 << 62, 1 << 62}, {math.MaxInt64, 1, 1}, {math.MaxInt64, math.MaxInt64, 2}, {1 << 62, 1 << 62, 1 << 62, 1 << 62}} {
		p := plan{}
		for i, size := range sizes {
			p.files = append(p.files, File{Path: fmt.Sprint(i), Size: size, Blob: Digest(sum([]byte{byte(i)}))})
		}
		if total := p.total(); total != math.MaxInt64 {
			t.Errorf("%v: total %d", sizes, total)
		}
		h := newHub(t, hubtest.New(t), func(c *Config) { c.MaxBytes = 1_000_000 })
		r, err := createRepo(h.config.Cache, miniLM)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.fits(r, p); !errors.Is(err, ErrNoSpace) || !strings.Contains(err.Error(), "the limit is 1.0 MB") {
			t.Errorf("%v: error %v", sizes, err)
		}
		h.config.MaxBytes = math.MaxInt64
		if err := h.fits(r, p); !errors.Is(err, ErrNoSpace) || !strings.Contains(err.Error(), "are missing") {
			t.Errorf("%v, without a limit: error %v", sizes, err)
		}
		r.Close()
	}
}

// TestHugeSizesFromTheHub: as a whole pull, and nothing is written.
func TestHugeSizesFromTheHub(t *testing.T) {
	server := hubtest.New(t)
	server.Put(miniLM, hubtest.Model(size, ""))
	server.Fault(100, "HEAD ", hubtest.Header("X-Linked-Size", fmt.Sprint(int64(1)<<62)))
	h := newHub(t, server, func(c *Config) { c.MaxBytes = 1_000_000 })
	if _, err := h.Pull(t.Context(), miniLM, PullOptions{}); !errors.Is(err, ErrNoSpace) {
		t.Errorf("error %v", err)
	}
	if n := gets(server.Requests(), "/resolve/"); n != 0 {
		t.Errorf("fetched %d files", n)
	}
}

// TestFullDisk: what does not fit is removed, so that the next pull has room.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := mountSmall(dir, "64k"); err != nil {
		t.Skip("a small disk cannot be made here: ", err)
	}
	t.Cleanup(func() { unmount(t, dir) })
	server := hubtest.New(t)
	server.Put(miniLM, hubtest.Model(size, ""))
	h := newHub(t, server, func(c *Config) { c.Cache = dir })
	h.free = func(string) (int64, error) { return math.MaxInt64, nil } // it fills up meanwhile
	_, err := h.Pull(t.Context(), miniLM, PullOptions{})
	if !errors.Is(err, ErrNoSpace) {
		t.Fatalf("error %v", err)
	}
	parts, err := filepath.Glob(filepath.Join(dir, "*", "blobs", "*"+partSuffix))
	if err != nil || len(parts) != 0 {
		t.Errorf("left %q, error %v", parts, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "probe"), make([]byte, 16<<10), 0o600); err != nil {
		t.Error(err)
	}
}

package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// releaseVariable names the folder of archives that is tested: make test-release makes it.
const releaseVariable = "SPLITRANK_RELEASE"

func release(t *testing.T) (folder string, archives []string) {
	t.Helper()
	folder = os.Getenv(releaseVariable)
	if folder == "" {
		t.Skipf("%s names no folder: make test-release does", releaseVariable)
	}
	archives, err := filepath.Glob(filepath.Join(folder, "*.tar.gz"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("%s has no archive (%v)", folder, err)
	}
	return folder, archives
}

// Each archive has its checksum, and there is no other.
func TestReleaseChecksums(t *testing.T) {
	folder, archives := release(t)
	sums, err := os.Open(filepath.Join(folder, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	defer sums.Close()
	known := map[string]string{}
	for lines := bufio.NewScanner(sums); lines.Scan(); {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		known[name] = sum
	}
	for _, file := range archives {
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(whole)
		if got := hex.EncodeToString(sum[:]); known[filepath.Base(file)] != got {
			t.Errorf("%s is %s, SHA256SUMS says %q", file, got, known[filepath.Base(file)])
		}
	}
	if len(known) != len(archives) {
		t.Errorf("%d checksums of %d archives", len(known), len(archives))
	}
}

// Every archive is one folder of its own name, root's, with what has to come along.
func TestReleaseHolds(t *testing.T) {
	_, archives := release(t)
	for _, file := range archives {
		name := strings.TrimSuffix(filepath.Base(file), ".tar.gz")
		folder := unzip(t, file)
		wants := []string{"splitrank", "LICENSE", "NOTICES.txt", "README.txt"}
		if !strings.HasSuffix(name, "-heuristics") {
			wants = append(wants, "libonnxruntime.so.1", "libonnxruntime.LICENSE")
		}
		for _, want := range wants {
			if info, err := os.Stat(filepath.Join(folder, name, want)); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list, err := os.ReadDir(folder); err != nil || len(list) != 1 {
			t.Errorf("%s unpacks into %d things (%v)", name, len(list), err)
		}
	}
}

// From an archive alone, with no Node, no home and no cache: the model answers.
func TestReleaseServes(t *testing.T) {
	_, archives := release(t)
	for _, file := range archives {
		name := strings.TrimSuffix(filepath.Base(file), ".tar.gz")
		if !strings.HasSuffix(name, "-linux-"+runtime.GOARCH) {
			continue
		}
		cmd := exec.Command(filepath.Join(unzip(t, file), name, "splitrank"), "serve", "--addr", "127.0.0.1:0")
		cmd.Env = []string{"PATH=/nowhere", "SPLITRANK_VECTORS=memory"}
		s := serve(t, cmd)
		if status, text := post(t, s.url+"/rerank", readmeRequest(t)); status != http.StatusOK || !strings.HasPrefix(text, `[{"chunk_id":"07:45"`) {
			t.Errorf("the request of the README: %d %s", status, text)
		}
		if status, text := post(t, s.url+"/rerank", `{"query":"how do plants make food","documents":["The shop closes at six.","Plants make sugar."]}`); !strings.Contains(text, `"scored_by":"late-interaction"`) {
			t.Errorf("the model did not score: %d %s\n%s", status, text, s.said())
		}
		if status, text := get(t, s.url+"/"); status != http.StatusOK || !strings.Contains(text, "<html") {
			t.Errorf("the page: %d, %d bytes", status, len(text))
		}
		return
	}
	t.Fatalf("no archive is for %s", runtime.GOARCH)
}

func unzip(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	wantRoots(t, file)
	folder := t.TempDir()
	untar(t, plain, folder)
	return folder
}

// wantRoots holds that nothing in an archive belongs to whoever made it.
func wantRoots(t *testing.T, file string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for all := tar.NewReader(plain); ; {
		h, err := all.Next()
		if err == io.EOF {
			return
		}
		if err != nil || h.Uid != 0 || h.Gid != 0 || h.Uname != "" {
			t.Fatalf("%s: %+v (%v)", file, h, err)
		}
	}
}

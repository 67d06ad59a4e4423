package cli

import (
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// threeDocuments in the three forms of a line.
const threeDocuments = "\ufeff\"plants make food\"\n\n{\"_id\":\"1\",\"title\":\"opening hours\",\"text\":\"the shop closes at six\"}\n{\"query\":\"q\",\"documents\":[\"light\",{\"text\":\"plants make food\"}]}\n"

// TestWarm: a second run reads nothing, whatever form the documents come in, and
// rerank finds what warm has read.
func TestWarm(t *testing.T) {
	orttest.Library(t)
	t.Setenv("SPLITRANK_VECTORS", vectorsOnDisk)
	t.Setenv("SPLITRANK_VECTORS_DIR", filepath.Join(t.TempDir(), "vectors"))
	t.Setenv("SPLITRANK_MODEL", orttest.Encoder{Seed: 1}.Folder(t, "tiny"))
	data := t.TempDir()
	plain, zipped := filepath.Join(data, "documents.jsonl"), filepath.Join(data, "corpus.jsonl.gz")
	write(t, plain, []byte(threeDocuments))
	write(t, zipped, gzipped(t, threeDocuments))

	for i, args := range [][]string{{"-"}, {plain}, {"--data", data}, {zipped}} {
		want := ": 4 were known, 0 were read\n"
		if i == 0 {
			want = ": 1 were known, 3 were read\n"
		}
		code, stdout, stderr := command(t, threeDocuments, append([]string{"warm"}, args...)...)
		if code != exitDone || stderr != "" || !strings.HasPrefix(stdout, "4 documents, ") || !strings.HasSuffix(stdout, want) {
			t.Errorf("%v: code %d: %s%s, want %s", args, code, stdout, stderr, want)
		}
	}
	code, stdout, stderr := command(t, `{"query":"food","documents":["plants make food","light"],"pipeline":"cross-encoder"}`, "rerank", "--format", "json")
	if code != exitDone || !strings.Contains(stdout, `"known":2,"read":0`) {
		t.Errorf("rerank: code %d: %s%s", code, stdout, stderr)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b strings.Builder
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}

// TestWarmErrors: each names the line, the flag or what to do, and the exit code is
// that of other commands.
func TestWarmErrors(t *testing.T) {
	orttest.Library(t)
	tiny, cross := orttest.Encoder{Seed: 1}.Folder(t, "tiny"), orttest.Model{}.Folder(t, "cross")
	for _, tt := range []struct {
		name, input string
		args        []string
		code        int
		want        string
	}{
		{"nothing", "", nil, exitFailure, "standard input has no documents"},
		{"a number", "\"a\"\n7\n", nil, exitFailure, "standard input:2: a line is a text"},
		{"no text", "{}", nil, exitFailure, "standard input:1: a line is a text"},
		{"a list in documents", `{"documents":[["a"]]}`, nil, exitFailure, "standard input:1: a line is a text"},
		{"no JSON", "\"a\"\nplants\n", nil, exitFailure, "standard input:2: "},
		{"no file", "", []string{"/nowhere/x"}, exitFailure, "/nowhere/x"},
		{"a folder", "", []string{t.TempDir()}, exitFailure, "is a folder: name it with --data"},
		{"no corpus", "", []string{"--data", t.TempDir()}, exitFailure, "corpus.jsonl"},
		{"both", "", []string{"--data", "x", "y"}, exitUsage, "give one of them"},
		{"no model", "", []string{"--model", "none"}, exitUsage, "nothing to read documents with"},
		{"memory", "", []string{"--vectors", "memory"}, exitUsage, "nothing would be left"},
		{"a cross-encoder", `"a"`, []string{"--model", cross}, exitFailure, "name a late-interaction model"},
		{"no folder", `"a"`, []string{"--vectors-dir", "/dev/null/x"}, exitFailure, "splitrank warm --url"},
		{"nowhere", `"a"`, []string{"--vectors-dir", "none"}, exitFailure, "--vectors-dir none keeps nothing"},
		{"no server", `"a"`, []string{"--url", "localhost"}, exitUsage, "is not like http://localhost:8000"},
		{"nobody there", `"a"`, []string{"--url", "http://127.0.0.1:1"}, exitFailure, "refused"},
		{"a key for nobody", `"a"`, []string{"--key", "k"}, exitUsage, "--key is for the server"},
	} {
		args := append([]string{"warm", "--model", tiny, "--vectors", "disk", "--vectors-dir", filepath.Join(t.TempDir(), "v")}, tt.args...)
		code, _, stderr := command(t, tt.input, args...)
		if code != tt.code || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: code %d, want %d: %s, want %s", tt.name, code, tt.code, stderr, tt.want)
		}
	}
}

// TestWarmByServer: while a server uses the folder, warm says so, and has the server
// read the documents, in bodies that it takes.
func TestWarmByServer(t *testing.T) {
	orttest.Library(t)
	t.Setenv("SPLITRANK_MODEL", orttest.Encoder{Seed: 1}.Folder(t, "tiny"))
	t.Setenv("SPLITRANK_VECTORS", vectorsOnDisk)
	t.Setenv("SPLITRANK_VECTORS_DIR", filepath.Join(t.TempDir(), "vectors"))
	t.Setenv("SPLITRANK_API_KEYS", "key")
	url, end := serving(t, "--max-documents", "2")
	code, _, stderr := command(t, threeDocuments, "warm")
	if code != exitFailure || !strings.Contains(stderr, "in use by another process") || !strings.Contains(stderr, "splitrank warm --url") {
		t.Errorf("beside a server: code %d: %s", code, stderr)
	}
	code, _, stderr = command(t, threeDocuments, "warm", "--url", url)
	if code != exitFailure || !strings.Contains(stderr, "answered 401") {
		t.Errorf("without a key: code %d: %s", code, stderr)
	}
	t.Setenv("SPLITRANK_KEY", "key")
	t.Setenv("SPLITRANK_MODEL", "")
	for _, want := range []string{"1 were known, 3 were read", "4 were known, 0 were read"} {
		code, stdout, stderr := command(t, threeDocuments, "warm", "--url", url+"/")
		if code != exitDone || !strings.Contains(stdout, want) {
			t.Errorf("code %d: %s%s, want %s", code, stdout, stderr, want)
		}
	}
	if code, log := end(); code != exitDone {
		t.Errorf("code %d: %s", code, log)
	}
}

// TestWarmInterrupted: what was read before an interrupt is known later.
func TestWarmInterrupted(t *testing.T) {
	orttest.Library(t)
	dir, tiny := filepath.Join(t.TempDir(), "v"), orttest.Encoder{Seed: 1}.Folder(t, "tiny")
	args := []string{"warm", "--vectors", "disk", "--vectors-dir", dir, "--model", tiny}
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan int, 1)
	var errs strings.Builder
	go func() { ended <- Run(args, &Env{Ctx: ctx, Stdin: r, Stdout: io.Discard, Stderr: &errs}) }()
	for range 600 {
		if _, err := io.WriteString(w, "\"plants make food\"\n\"light\"\n"); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	w.Close()
	if code := <-ended; code != exitFailure {
		t.Errorf("code %d: %s", code, errs.String())
	}
	code, stdout, stderr := command(t, "\"light\"\n", args...)
	if code != exitDone || !strings.Contains(stdout, "1 were known") {
		t.Errorf("code %d: %s%s", code, stdout, stderr)
	}
}

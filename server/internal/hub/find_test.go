package hub

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

// write puts files into a folder.
func write(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFindInAFolder(t *testing.T) {
	server := hubtest.New(t)
	h := newHub(t, server)
	cases := []struct {
		name    string
		files   map[string][]byte
		suffix  string
		variant string
		onnx    string
		says    string
	}{
		{name: "fp32", files: hubtest.Model(1, "", "fp16"), variant: "fp32", onnx: "onnx/model.onnx"},
		{name: "fp16 by name", files: hubtest.Model(1, "", "fp16"), suffix: ":fp16", variant: "fp16", onnx: "onnx/model_fp16.onnx"},
		{name: "the only one", files: map[string][]byte{"config.json": nil, "tokenizer.json": nil, "model_qint8.onnx": nil}, variant: "qint8", onnx: "model_qint8.onnx"},
		{name: "one of two", files: map[string][]byte{"config.json": nil, "tokenizer.json": nil, "model_a.onnx": nil, "model_b.onnx": nil}, says: `it has no variant "fp32", but a, b`},
		{name: "onnx/ wins", files: map[string][]byte{"config.json": nil, "tokenizer.json": nil, "model.onnx": nil, "onnx/model.onnx": nil}, variant: "fp32", onnx: "onnx/model.onnx"},
		{name: "no configuration", files: map[string][]byte{"model.onnx": nil}, says: "it has no config.json"},
		{name: "no model", files: hubtest.Model(1), says: "it has no ONNX file"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.files)
			m, err := h.Find(dir + c.suffix)
			if c.says != "" {
				if err == nil || !strings.Contains(err.Error(), c.says) || !errors.Is(err, ErrNotLocal) {
					t.Errorf("got %v, want %q", err, c.says)
				}
				return
			}
			want := &Files{Name: dir, Dir: dir, Variant: c.variant, ONNX: c.onnx}
			if diff := cmp.Diff(want, m); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestFindWhatIsNotHere(t *testing.T) {
	server := hubtest.New(t)
	server.Put(miniLM, hubtest.Model(1, ""))
	h := newHub(t, server)
	_, err := h.Find("ms-marco-MiniLM-L6-v2")
	if want := `finding "ms-marco-MiniLM-L6-v2": not on this machine: splitrank models pull ms-marco-MiniLM-L6-v2`; !errors.Is(err, ErrNotLocal) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	mustPull(t, h, miniLM, PullOptions{})
	if _, err = h.Find(miniLM + ":fp16"); !errors.Is(err, ErrNotLocal) || !strings.Contains(err.Error(), `it has no variant "fp16", but fp32`) {
		t.Errorf("got %v", err)
	}
}

// python is a snapshot as huggingface_hub leaves it: no manifest of ours.
func python(t testing.TB, h *Hub, id string, files map[string][]byte) (commit string) {
	t.Helper()
	commit = "0123456789abcdef0123456789abcdef01234567"
	r, err := createRepo(h.config.Cache, id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for name, content := range files {
		blob := Digest(sum(content))
		write(t, r.dir, map[string][]byte{blobPath(blob): content})
		if err := r.link(commit, File{Path: name, Blob: blob}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.setRef("main", commit); err != nil {
		t.Fatal(err)
	}
	return commit
}

func TestFindAndVerifyWhatPythonFetched(t *testing.T) {
	h := newHub(t, hubtest.New(t))
	commit := python(t, h, miniLM, hubtest.Model(100, ""))
	m, checked, err := h.Verify(t.Context(), miniLM)
	if err != nil || len(checked) != 6 || m.Commit != commit || m.SHA256 != "" {
		t.Errorf("got %v, %d files, %+v", err, len(checked), m)
	}
	damage(t, m.ONNXPath())
	if _, _, err := h.Verify(t.Context(), miniLM); !errors.Is(err, ErrMismatch) {
		t.Errorf("got %v, want ErrMismatch", err)
	}
}

func TestVerifyTellsWhatIsWrong(t *testing.T) {
	cases := []struct {
		name string
		harm func(*testing.T, *Files)
		is   error
		says string
	}{
		{"nothing", func(*testing.T, *Files) {}, nil, ""},
		{"a bit", func(t *testing.T, m *Files) { damage(t, m.ONNXPath()) }, ErrMismatch, `verifying "` + miniLM + `": onnx/model.onnx: digest mismatch: expected sha256:`},
		{"a file of another variant", func(t *testing.T, m *Files) { damage(t, filepath.Join(m.Dir, "onnx", "model_fp16.onnx")) }, ErrMismatch, `onnx/model_fp16.onnx: digest mismatch`},
		{"a small file gone", func(t *testing.T, m *Files) {
			if err := os.Remove(filepath.Join(m.Dir, "vocab.txt")); err != nil {
				t.Fatal(err)
			}
		}, nil, `verifying "` + miniLM + `": vocab.txt: it is gone`},
		{"a file replaced", func(t *testing.T, m *Files) {
			path := filepath.Join(m.Dir, "config.json")
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			write(t, m.Dir, map[string][]byte{"config.json": []byte("{}")})
		}, ErrMismatch, `config.json: digest mismatch: expected sha256:`},
		{"the model gone", func(t *testing.T, m *Files) {
			if err := os.RemoveAll(filepath.Join(m.Dir, "onnx")); err != nil {
				t.Fatal(err)
			}
		}, ErrNotLocal, `it has no ONNX file`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := hubtest.New(t)
			server.Put(miniLM, hubtest.Model(1000, "", "fp16"))
			h := newHub(t, server)
			mustPull(t, h, miniLM, PullOptions{Variant: "fp16"})
			m := mustPull(t, h, miniLM, PullOptions{})
			c.harm(t, m)
			_, checked, err := h.Verify(t.Context(), miniLM)
			switch {
			case c.says == "" && (err != nil || len(checked) != 7):
				t.Errorf("got %v after %d files, want none after 7", err, len(checked))
			case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
				t.Errorf("got %v, want %q", err, c.says)
			case c.is != nil && !errors.Is(err, c.is):
				t.Errorf("%v is not %v", err, c.is)
			}
		})
	}
}

func TestVerifyOfAFolderHasNothingToCompareWith(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, hubtest.Model(10, ""))
	_, _, err := newHub(t, hubtest.New(t)).Verify(t.Context(), dir)
	if !errors.Is(err, ErrUnrecorded) {
		t.Errorf("got %v, want ErrUnrecorded", err)
	}
}

func TestListShowsTheCatalogueAndWhatIsHere(t *testing.T) {
	server := hubtest.New(t)
	commit := server.Put(miniLM, hubtest.Model(1000, "", "fp16"))
	server.Put("org/other", hubtest.Model(1000, "quantized"))
	h := newHub(t, server)
	if all, err := h.List(); err != nil || len(all) != len(catalogue) {
		t.Fatalf("an empty cache: got %d, %v", len(all), err)
	}
	m := mustPull(t, h, miniLM, PullOptions{})
	mustPull(t, h, miniLM, PullOptions{Variant: "fp16"})
	mustPull(t, h, "org/other:quantized", PullOptions{})
	python(t, h, "org/embeddings", map[string][]byte{"config.json": nil, "pytorch_model.bin": nil})
	python(t, h, "org/python", hubtest.Model(10, ""))
	write(t, h.config.Cache, map[string][]byte{"datasets--org--x/refs/main": nil, "models--bad/x": nil, "version.txt": nil})

	all, err := h.List()
	if err != nil {
		t.Fatal(err)
	}
	local := map[string]*Local{}
	for _, l := range all {
		if l.Local != nil {
			local[l.Entry.ID] = l.Local
		}
	}
	small := int64(len(`{"model_type":"bert"}`) + len(`{"version":"1.0"}`) + 4 + len("[PAD]\n[UNK]\n"))
	if diff := cmp.Diff(&Local{Commit: commit, Pinned: true, Dir: m.Dir, Variants: []string{"fp32", "fp16"}, Bytes: 2000 + small}, local[miniLM]); diff != "" {
		t.Error(diff)
	}
	if other := local["org/other"]; other == nil || !other.Pinned || !cmp.Equal(other.Variants, []string{"quantized"}) {
		t.Errorf("org/other: got %+v", other)
	}
	if other := local["org/python"]; other == nil || other.Pinned {
		t.Errorf("org/python: got %+v", other)
	}
	if len(local) != 3 || len(all) != len(catalogue)+2 {
		t.Errorf("got %d models, %d of them here", len(all), len(local))
	}
}

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

func TestPullBringsAVerifiedModel(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(size, "", "fp16")
	commit := server.Put(miniLM, files)
	h := newHub(t, server)

	m := mustPull(t, h, "ms-marco-MiniLM-L6-v2", PullOptions{})
	want := &Files{
		Name: miniLM, Commit: commit, Variant: "fp32", ONNX: "onnx/model.onnx", SHA256: sum(files["onnx/model.onnx"]),
		Dir: filepath.Join(h.config.Cache, "models--cross-encoder--ms-marco-MiniLM-L6-v2", "snapshots", commit),
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
	hasFiles(t, m, files, "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "onnx/model.onnx")
	for _, not := range []string{"onnx/model_fp16.onnx", "README.md", "openvino"} {
		if _, err := os.Stat(filepath.Join(m.Dir, not)); err == nil {
			t.Errorf("pulled %s, which nobody asked for", not)
		}
	}
	if left := leftovers(t, h); left != nil {
		t.Errorf("left %q behind", left)
	}
	found, err := h.Find("ms-marco-MiniLM-L6-v2")
	if diff := cmp.Diff(want, found); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// Another Hugging Face tool must find its way in the cache.
func TestPullWritesTheLayoutOfHuggingFace(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(100, "")
	commit := server.Put(miniLM, files)
	h := newHub(t, server)
	m := mustPull(t, h, miniLM, PullOptions{})

	repo := filepath.Dir(filepath.Dir(m.Dir))
	ref, err := os.ReadFile(filepath.Join(repo, "refs", "main"))
	if string(ref) != commit || err != nil {
		t.Errorf("refs/main is %q, %v; want %q", ref, err, commit)
	}
	for name, want := range map[string]string{
		"onnx/model.onnx": "../../../blobs/" + sum(files["onnx/model.onnx"]),
		// printf '{"model_type":"bert"}' | git hash-object --stdin
		"config.json": "../../blobs/3967ff7fee9d40eb77abadd6a292230496ca9f24",
	} {
		if to, err := os.Readlink(filepath.Join(m.Dir, name)); to != want || err != nil {
			t.Errorf("%s links to %q, %v; want %q", name, to, err, want)
		}
	}
}

func TestPullPinsTheFirstCommit(t *testing.T) {
	server := hubtest.New(t)
	old := server.Put(miniLM, hubtest.Model(100, "", "fp16"))
	h := newHub(t, server)
	mustPull(t, h, miniLM, PullOptions{})
	server.Requests()
	changed := hubtest.Model(200, "")
	latest := server.Put(miniLM, changed)

	steps := []struct {
		name     string
		options  PullOptions
		commit   string
		requests bool
	}{
		{"pulling again stays and asks nobody", PullOptions{}, old, false},
		{"another variant is of the pinned commit", PullOptions{Variant: "fp16"}, old, true},
		{"main on request moves on", PullOptions{Revision: "main"}, latest, true},
		{"and is then pinned", PullOptions{}, latest, false},
		{"a commit pins what is still there", PullOptions{Revision: old}, old, false},
		{"and is then pinned, too", PullOptions{Variant: "fp16"}, old, false},
	}
	for _, s := range steps {
		m := mustPull(t, h, miniLM, s.options)
		if m.Commit != s.commit {
			t.Fatalf("%s: got commit %s, want %s", s.name, m.Commit, s.commit)
		}
		if made := server.Requests(); (len(made) > 0) != s.requests {
			t.Errorf("%s: made requests %q", s.name, made)
		}
	}
}

func TestPullTellsItsProgress(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(size, "")
	server.Put(miniLM, files)
	want := int64(0)
	for _, f := range files {
		want += int64(len(f))
	}
	last := int64(-1)
	mustPull(t, newHub(t, server), miniLM, PullOptions{Progress: func(file string, done, total int64) {
		if done < last || total != want || done > total || files[file] == nil {
			t.Errorf("told %d of %d at %q after %d; want a total of %d", done, total, file, last, want)
		}
		last = done
	}})
	if last != want {
		t.Errorf("ended at %d of %d", last, want)
	}
}

func TestPullShowsTheTokenToTheHubAlone(t *testing.T) {
	server := hubtest.New(t)
	server.Token = "hf_secret"
	server.Private[miniLM] = true
	files := hubtest.Model(100, "")
	server.Put(miniLM, files)
	h := newHub(t, server, func(c *Config) { c.Token = "hf_secret" })
	// The network refuses requests that carry a token.
	hasFiles(t, mustPull(t, h, miniLM, PullOptions{}), files, "onnx/model.onnx")
}

func TestPullFollowsARenamedModel(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(100, "")
	server.Put("old/name", files)
	server.Rename("old/name", "new/name")
	hasFiles(t, mustPull(t, newHub(t, server), "old/name", PullOptions{}), files, "config.json", "vocab.txt", "onnx/model.onnx")
}

func TestPullFromAMirrorThatServesAllItself(t *testing.T) {
	server := hubtest.New(t)
	server.Mirror = true
	files := hubtest.Model(size, "")
	server.Put(miniLM, files)
	server.Fault(1, "GET /"+miniLM+"/resolve/", hubtest.CutAfter(3))
	hasFiles(t, mustPull(t, newHub(t, server), miniLM, PullOptions{}), files, "config.json", "vocab.txt", "onnx/model.onnx")
}

func TestPullTakesWeightsBesideTheModel(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(100, "")
	files["onnx/model.onnx_data"] = []byte("weights")
	server.Put("org/large", files)
	hasFiles(t, mustPull(t, newHub(t, server), "org/large", PullOptions{}), files, "onnx/model.onnx", "onnx/model.onnx_data")
}

func TestPullTakesAModelBesideTheConfiguration(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(0)
	files["model_quantized.onnx"] = []byte("flat")
	server.Put("org/flat", files)
	m := mustPull(t, newHub(t, server), "org/flat:quantized", PullOptions{})
	if m.ONNX != "model_quantized.onnx" {
		t.Errorf("got %q", m.ONNX)
	}
}

func TestPullOfAnEmptyFile(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(100, "")
	files["added_tokens.json"] = nil
	server.Put(miniLM, files)
	hasFiles(t, mustPull(t, newHub(t, server), miniLM, PullOptions{}), files, "added_tokens.json")
}

func TestPullReplacesWhatIsDamaged(t *testing.T) {
	at := func(m *Files, name string) string { return filepath.Join(m.Dir, name) }
	remove := func(t *testing.T, path string) {
		t.Helper()
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct {
		name    string
		harm    func(*testing.T, *Files)
		fetched int
		says    string
	}{
		{"a bit", func(t *testing.T, m *Files) { damage(t, m.ONNXPath()) }, 1, "onnx/model.onnx: what lies in the cache is damaged"},
		{"a link gone", func(t *testing.T, m *Files) { remove(t, at(m, "vocab.txt")) }, 0, ""},
		{"a link led astray", func(t *testing.T, m *Files) {
			remove(t, at(m, "vocab.txt"))
			if err := os.Symlink(m.ONNXPath(), at(m, "vocab.txt")); err != nil {
				t.Fatal(err)
			}
		}, 0, ""},
		{"a file in place of a link", func(t *testing.T, m *Files) {
			remove(t, at(m, "vocab.txt"))
			write(t, m.Dir, map[string][]byte{"vocab.txt": []byte("x")})
		}, 0, ""},
		{"the snapshot gone", func(t *testing.T, m *Files) {
			if err := os.RemoveAll(m.Dir); err != nil {
				t.Fatal(err)
			}
		}, 0, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := hubtest.New(t)
			files := hubtest.Model(100, "")
			server.Put(miniLM, files)
			h := newHub(t, server)
			c.harm(t, mustPull(t, h, miniLM, PullOptions{}))
			server.Requests()
			var said heard
			hasFiles(t, mustPull(t, h, miniLM, PullOptions{Notify: said.notify}), files, "onnx/model.onnx", "vocab.txt", "config.json")
			if n := gets(server.Requests(), "/lfs/"); n != c.fetched {
				t.Errorf("fetched %d files, want %d", n, c.fetched)
			}
			if !said.contains(c.says) {
				t.Errorf("said %q, want %q", said.lines, c.says)
			}
		})
	}
}

func damage(t testing.TB, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// What Python has fetched is not fetched again.
func TestPullAdoptsTheBlobsOfOtherTools(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(size, "")
	server.Put(miniLM, files)
	h := newHub(t, server)
	blobs := filepath.Join(h.config.Cache, repoFolder(miniLM), "blobs")
	if err := os.MkdirAll(blobs, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(blobs, sum(files["onnx/model.onnx"])), files["onnx/model.onnx"], 0o644); err != nil {
		t.Fatal(err)
	}
	m := mustPull(t, h, miniLM, PullOptions{})
	if n := gets(server.Requests(), "/lfs/"); n != 0 {
		t.Errorf("fetched %d files that were there", n)
	}
	if m.SHA256 != sum(files["onnx/model.onnx"]) {
		t.Errorf("recorded %q", m.SHA256)
	}
}

func TestPullOffline(t *testing.T) {
	server := hubtest.New(t)
	server.Put(miniLM, hubtest.Model(100, "", "fp16"))
	h := newHub(t, server)
	m := mustPull(t, h, miniLM, PullOptions{})
	server.Requests()
	offline := another(t, h, func(c *Config) { c.Offline = true })

	mustPull(t, offline, miniLM, PullOptions{})
	mustPull(t, offline, miniLM, PullOptions{Revision: m.Commit})
	for name, o := range map[string]PullOptions{"a variant": {Variant: "fp16"}, "a branch": {Revision: "main"}} {
		if _, err := offline.Pull(t.Context(), miniLM, o); !errors.Is(err, ErrOffline) {
			t.Errorf("%s that is not here: got %v, want ErrOffline", name, err)
		}
	}
	damage(t, m.ONNXPath())
	if _, err := offline.Pull(t.Context(), miniLM, PullOptions{}); !errors.Is(err, ErrOffline) {
		t.Errorf("a damaged file: got %v, want ErrOffline", err)
	}
	if made := server.Requests(); made != nil {
		t.Errorf("made requests %q", made)
	}
}

func TestPullBoundsTheSizeAndTheDisk(t *testing.T) {
	server := hubtest.New(t)
	server.Put(miniLM, hubtest.Model(size, ""))
	small := newHub(t, server, func(c *Config) { c.MaxBytes = size })
	full := newHub(t, server)
	full.free = func(string) (int64, error) { return size, nil }
	for name, c := range map[string]struct {
		hub  *Hub
		says string
	}{
		"limit": {small, "its files have 307 kB, the limit is 307 kB"},
		"disk":  {full, "307 kB are missing, 307 kB are free in " + full.config.Cache},
	} {
		_, err := c.hub.Pull(t.Context(), miniLM, PullOptions{})
		if !errors.Is(err, ErrNoSpace) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v; want %q", name, err, c.says)
		}
	}
	if n := gets(server.Requests(), "/resolve/"); n != 0 {
		t.Errorf("fetched %d files before it saw that there is no room", n)
	}
}

func TestFreeSpaceIsThatOfTheDisk(t *testing.T) {
	if free, err := freeSpace(t.TempDir()); err != nil || free <= 0 {
		t.Errorf("got %d, %v", free, err)
	}
}

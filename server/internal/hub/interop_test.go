package hub

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

// hfPython names a Python that has huggingface_hub, for the tests that set this
// package and hubtest beside Hugging Face's own client.
const hfPython = "SPLITRANK_HF_PYTHON"

// huggingFace runs testdata/interop.py on a cache and returns what it prints.
func huggingFace(t *testing.T, server *hubtest.Hub, h *Hub, args ...string) string {
	t.Helper()
	python := os.Getenv(hfPython)
	if python == "" {
		t.Skip("set " + hfPython + " to a Python that has huggingface_hub to compare with it")
	}
	c := exec.CommandContext(t.Context(), python, append([]string{filepath.Join("testdata", "interop.py"), miniLM}, args...)...)
	c.Env = append(os.Environ(), "HF_HUB_CACHE="+h.config.Cache, "HF_HOME="+filepath.Dir(h.config.Cache), "HF_ENDPOINT="+server.URL,
		"HF_HUB_DISABLE_TELEMETRY=1", "HF_HUB_DISABLE_PROGRESS_BARS=1")
	said, err := c.Output()
	if failed, ok := err.(*exec.ExitError); ok {
		t.Fatalf("%v\n%s", err, failed.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(said))
}

func TestHuggingFaceFindsWhatWasPulledHere(t *testing.T) {
	server := hubtest.New(t)
	server.Put(miniLM, hubtest.Model(size, ""))
	h := newHub(t, server)
	m := mustPull(t, h, miniLM, PullOptions{})
	server.Requests()
	if got := huggingFace(t, server, h, "offline"); got != m.Dir {
		t.Errorf("it found %q, want %q", got, m.Dir)
	}
	huggingFace(t, server, h, "online", "config.json", "tokenizer.json", "onnx/model.onnx")
	if made := server.Requests(); gets(made, "") != 0 {
		t.Errorf("it fetched again what is there: %q", made)
	}
}

func TestWhatHuggingFaceFetchedIsFoundHere(t *testing.T) {
	server := hubtest.New(t)
	files := hubtest.Model(size, "")
	server.Put(miniLM, files)
	h := newHub(t, server)
	huggingFace(t, server, h, append([]string{"online"}, slices.Sorted(maps.Keys(files))...)...)
	m, checked, err := h.Verify(t.Context(), miniLM)
	if err != nil || len(checked) != len(files) {
		t.Fatalf("got %v after %d files", err, len(checked))
	}
	hasFiles(t, m, files, slices.Sorted(maps.Keys(files))...)
	server.Requests()
	mustPull(t, h, miniLM, PullOptions{})
	if made := server.Requests(); gets(made, "/resolve/")+gets(made, "/lfs/") != 0 {
		t.Errorf("fetched again what was there: %q", made)
	}
}

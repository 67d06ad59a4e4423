package cli

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// TestDeviceRefused: a device that is wrong, or not here, is one line at the start, also
// where the default model would be done without.
func TestDeviceRefused(t *testing.T) {
	orttest.Library(t)
	dir := orttest.Model{}.Folder(t, "one")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	for _, tt := range []struct{ device, model, want string }{
		{"gpu", dir, `device "gpu" is not known`},
		{"openvino", dir, "make ort-openvino"},
		{"openvino", "", "make ort-openvino"},
	} {
		args := []string{"serve", "--addr", "127.0.0.1:0", "--device", tt.device, "--vectors", "memory"}
		if tt.model != "" {
			args = append(args, "--model", tt.model)
		}
		run := program(t, args...)
		if run.code == 0 || !strings.Contains(run.stderr, tt.want) || strings.Count(run.stderr, "\n") != 1 {
			t.Errorf("%s %s: code %d: %s", tt.device, tt.model, run.code, run.stderr)
		}
	}
}

// TestOpenVINO: a model runs there where its library is, and gives nearly the same scores,
// in bf16 too, in which the lowest number of fp32 would be infinite. A processor without
// bf16 says so.
func TestOpenVINO(t *testing.T) {
	path, err := ort.FindLibraryFor(ort.OpenVINO, os.Getenv)
	if err != nil {
		t.Skip("no OpenVINO here: make ort-openvino fetches it")
	}
	dir := orttest.Model{Mask: true}.Folder(t, "one")
	request := filepath.Join(t.TempDir(), "request.json")
	if err := os.WriteFile(request, []byte(body("")), 0o600); err != nil {
		t.Fatal(err)
	}
	near := map[string]float64{"cpu": 0, "openvino": 1e-3, "openvino:bf16": 0.05} // other kernels add up in another order
	answers := map[string]reply{}
	for device := range near {
		run := program(t, "rerank", "--device", device, "--model", dir, "--vectors", "none", "--format", "json", request)
		if device == "openvino:bf16" && strings.Contains(run.stderr, "no instructions for bf16") {
			continue
		}
		if run.code != 0 {
			t.Fatalf("%s by %s: %s", device, path, run.stderr)
		}
		answers[device] = decode(t, run.stdout)
	}
	for device, a := range answers {
		for i, r := range a.Results {
			want := answers["cpu"].Results[i]
			if a.Degraded || r.Logit == nil || want.Logit == nil || math.Abs(*r.Logit-*want.Logit) > near[device] {
				t.Errorf("%s: result %d is %+v, and %+v on the processor", device, i, r, want)
			}
		}
	}
}

// TestOpenVINOTakesAll: a graph that it cannot run as a whole is refused in words.
func TestOpenVINOTakesAll(t *testing.T) {
	if _, err := ort.FindLibraryFor(ort.OpenVINO, os.Getenv); err != nil {
		t.Skip("no OpenVINO here: make ort-openvino fetches it")
	}
	run := program(t, "serve", "--addr", "127.0.0.1:0", "--device", "openvino", "--model", "splitrank-mini", "--vectors", "none")
	if run.code == 0 || !strings.Contains(run.stderr, "use --device cpu") || strings.Count(run.stderr, "\n") != 1 {
		t.Errorf("code %d: %s", run.code, run.stderr)
	}
}

// program runs splitrank in a process of its own: one loads a single libonnxruntime.
func program(t *testing.T, args ...string) (run struct {
	code           int
	stdout, stderr string
}) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	c := exec.CommandContext(t.Context(), self, args...)
	c.Env = append(os.Environ(), asProgram+"=1", "SPLITRANK_MODEL=") // empty is the default, which TestMain would take away
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	run.code, run.stdout, run.stderr = c.ProcessState.ExitCode(), stdout.String(), stderr.String()
	return run
}

package ort

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseDevice(t *testing.T) {
	for name, want := range map[string]Device{"": CPU, "cpu": CPU, " OpenVINO ": OpenVINO, "cuda": CUDA} {
		if d, err := ParseDevice(name); err != nil || d != want {
			t.Errorf("%q is %q, %v", name, d, err)
		}
	}
	for _, name := range []string{"gpu", "openvino:bf16", "cuda:0", "cpu,cuda"} {
		if _, err := ParseDevice(name); err == nil || !strings.Contains(err.Error(), "want cpu, openvino or cuda") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestDeviceSpelled: each device and precision has digests of its own, and the processor
// those that it always had.
func TestDeviceSpelled(t *testing.T) {
	if CPU.Spelled() != "" || Device("").Spelled() != "" {
		t.Error("the processor is spelled out")
	}
	seen := map[string]bool{"": true}
	for _, d := range []Device{OpenVINO, CUDA} {
		if seen[d.Spelled()] {
			t.Errorf("%s is spelled %q like another", d, d.Spelled())
		}
		seen[d.Spelled()] = true
	}
}

func TestFindLibraryForOpenVINO(t *testing.T) {
	cache := t.TempDir()
	getenv := func(env map[string]string) func(string) string { return func(name string) string { return env[name] } }
	_, err := FindLibraryFor(OpenVINO, getenv(map[string]string{"XDG_CACHE_HOME": cache}))
	if !errors.Is(err, ErrNoLibrary) || !strings.Contains(err.Error(), "make ort-openvino") || strings.Contains(err.Error(), "\n") {
		t.Errorf("nowhere: %v", err)
	}
	path := filepath.Join(cache, "splitrank", "ort-openvino", OpenVINOVersion, "libonnxruntime.so."+OpenVINOVersion)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := FindLibraryFor(OpenVINO, getenv(map[string]string{"XDG_CACHE_HOME": cache})); err != nil || got != path {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := FindLibraryFor(OpenVINO, getenv(map[string]string{"XDG_CACHE_HOME": cache, EnvLibrary: path + ".missing"})); err == nil {
		t.Errorf("a library that is named and missing is %q", got)
	}
}

package ort

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseDevice(t *testing.T) {
	for name, want := range map[string]Device{"": CPU, "cpu": CPU, " OpenVINO ": OpenVINO, "OpenVINO:bf16": OpenVINOBF16, "cuda": CUDA} {
		if d, err := ParseDevice(name); err != nil || d != want {
			t.Errorf("%q is %q, %v", name, d, err)
		}
	}
	for _, name := range []string{"gpu", "openvino:f16", "cuda:0", "cpu,cuda"} {
		if _, err := ParseDevice(name); err == nil || !strings.Contains(err.Error(), "want cpu, openvino, openvino:bf16, cuda or the path of a plugin") {
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
	for _, d := range []Device{OpenVINO, OpenVINOBF16, CUDA} {
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

// TestPluginDevice: a plugin is a file with a slash in its path; its digest is that of
// what is in the file, and of the kind of device that was asked for.
func TestPluginDevice(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "Lib:1.so")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one, same, other := write("one"), write("one"), write("other")
	for name, want := range map[string][2]string{one: {one, ""}, " " + one + ":GPU ": {one, "gpu"}, one + ":npu": {one, "npu"}} {
		d, err := ParseDevice(name)
		path, kind := d.plugin()
		if err != nil || path != want[0] || kind != want[1] || d.IsCPU() {
			t.Errorf("%q is the plugin %q, %q (%v)", name, path, kind, err)
		}
	}
	for _, name := range []string{"./none.so", "/", one + ":tpu", t.TempDir(), "./"} {
		if d, err := ParseDevice(name); err == nil || !strings.Contains(err.Error(), "is no file") {
			t.Errorf("%q is %q, %v", name, d, err)
		}
	}
	if Device(one).Spelled() != Device(same).Spelled() {
		t.Error("the place of a plugin is in its digest")
	}
	if a := Device(one).Spelled(); a == Device(other).Spelled() || a == Device(one+":gpu").Spelled() {
		t.Error("plugins or kinds of devices share a digest")
	}
}

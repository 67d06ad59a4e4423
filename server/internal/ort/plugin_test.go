//go:build cgo && linux

package ort

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pluginVariable names a real plugin for the tests, such as the one in the wheel
// onnxruntime-ep-openvino of PyPI.
const pluginVariable = "SPLITRANK_PLUGIN"

// compiled is a C file made a library.
func compiled(t *testing.T, name, text string, flags ...string) (path string) {
	t.Helper()
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("there is no C compiler")
	}
	dir := t.TempDir()
	source, path := filepath.Join(dir, name+".c"), filepath.Join(dir, name+".so")
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(compiler, append(flags, "-shared", "-fPIC", "-o", path, source)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// What is wrong with a plugin is one line that names it, and a session can be opened
// without it afterwards.
func TestPluginRefused(t *testing.T) {
	library(t)
	const empty = `
#include <stddef.h>
void *CreateEpFactories(const char *name, const void *base, const void *logger, void **factories, size_t most, size_t *n) { *n = 0; return NULL; }
void *ReleaseEpFactory(void *factory) { return NULL; }
`
	text := filepath.Join(t.TempDir(), "plugin.so")
	if err := os.WriteFile(text, []byte(strings.Repeat("no library\n", 20)), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := tiny{}.folder(t)
	for _, test := range []struct{ name, path, says string }{
		{"no such file", filepath.Join(t.TempDir(), "none.so"), "is no file"},
		{"a folder", t.TempDir() + "/", "is no file"},
		{"no library", text, "invalid ELF header"},
		{"no plugin", compiled(t, "other", "int answer(void) { return 42; }\n"), "CreateEpFactories"},
		{"no devices", compiled(t, "empty", empty), "offers no device of this machine"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for range 2 { // the second time the plugin is known
				_, err := Load(dir, Options{Device: Device(test.path)})
				if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), strings.TrimSuffix(test.path, "/")) || strings.Contains(err.Error(), "\n") {
					t.Fatalf("error %v, want one line with %q", err, test.says)
				}
			}
		})
	}
	loaded(t, dir, Options{})
}

// A graph of which a plugin takes nothing is refused, one of which it takes some says how
// much.
func TestPluginTakes(t *testing.T) {
	library(t)
	text, err := os.ReadFile("testdata/taker.c")
	if err != nil {
		t.Fatal(err)
	}
	header := "-I" + headers(t)
	dir := tiny{}.folder(t)
	none := compiled(t, "none", string(text), header, "-DTAKES=0")
	for range 2 {
		_, err := Load(dir, Options{Device: Device(none)})
		if err == nil || !strings.Contains(err.Error(), "the plugin takes none of the graph's ") || !strings.Contains(err.Error(), none) || strings.Contains(err.Error(), "\n") {
			t.Fatalf("error %v, want one line that says that nothing is taken", err)
		}
	}
	two := Device(compiled(t, "two", string(text), header, "-DTAKES=2"))
	m := loaded(t, dir, Options{Device: two, Spread: new(float32)}) // untried, as it computes nothing
	if p := m.Placement(); p.Taken != 2 || p.Nodes < 3 || !p.Partial() {
		t.Errorf("placed %+v, want 2 of more nodes", p)
	}
	if p := loaded(t, dir, Options{}).Placement(); p != (Placement{}) {
		t.Errorf("on the processor %+v are placed", p)
	}
}

// headers of ONNX Runtime that the binding carries.
func headers(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yalue/onnxruntime_go").Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Skip("the sources of the binding are not here")
	}
	return dir
}

// A real plugin scores as the processor does, up to its own precision.
func TestPluginScores(t *testing.T) {
	library(t)
	path := os.Getenv(pluginVariable)
	if path == "" {
		t.Skipf("%s names no plugin of ONNX Runtime", pluginVariable)
	}
	d, err := ParseDevice(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := tiny{}.folder(t)
	here, there := loaded(t, dir, Options{}), loaded(t, dir, Options{Device: d})
	pairs := pairsOf(t, here, "how do plants make food", "plants make sugar .", "the shop closes at six")
	want, err := here.Score(t.Context(), pairs)
	if err != nil {
		t.Fatal(err)
	}
	got, err := there.Score(t.Context(), pairs)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		near(t, "logit", got[i], float64(want[i]), 0.05)
	}
	t.Logf("it takes %d of %d nodes", there.Placement().Taken, there.Placement().Nodes)
	if _, err := Load(dir, Options{Device: d + ":npu"}); err == nil || !strings.Contains(err.Error(), "offers no npu, but cpu") {
		t.Errorf("another kind of device: %v", err)
	}
}

// The places of the API's pointers are those of the header that the binding carries.
func TestPluginPlaces(t *testing.T) {
	header := headers(t)
	own, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	text := "#include <onnxruntime_c_api.h>\n#include <plugin.h>\n"
	for place, name := range map[string]string{
		"GET_ERROR_MESSAGE": "GetErrorMessage", "CREATE_ENV": "CreateEnv", "RELEASE_ENV": "ReleaseEnv", "RELEASE_STATUS": "ReleaseStatus",
		"GET_EP_DEVICES": "GetEpDevices", "APPEND_EXECUTION_PROVIDER_V2": "SessionOptionsAppendExecutionProvider_V2",
		"HARDWARE_DEVICE_TYPE": "HardwareDevice_Type", "EP_NAME": "EpDevice_EpName", "EP_DEVICE": "EpDevice_Device",
		"ASSIGNMENT": "Session_GetEpGraphAssignmentInfo", "ASSIGNED_TO": "EpAssignedSubgraph_GetEpName", "ASSIGNED_NODES": "EpAssignedSubgraph_GetNodes",
	} {
		text += "_Static_assert(offsetof(OrtApi, " + name + ") == PLACE_" + place + " * sizeof(void *), \"" + name + "\");\n"
	}
	text += "_Static_assert(OrtHardwareDeviceType_CPU == 0 && OrtHardwareDeviceType_GPU == 1 && OrtHardwareDeviceType_NPU == 2, \"kinds\");\n"
	compiled(t, "places", text, "-I"+header, "-I"+own)
}

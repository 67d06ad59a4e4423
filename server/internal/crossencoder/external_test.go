package crossencoder

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

func load(t *testing.T, dir string) *Model {
	t.Helper()
	orttest.Library(t)
	m, err := Load(dir, &hub.Files{Name: dir, Dir: dir, ONNX: "onnx/model.onnx"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	closed(t, m)
	return m
}

// TestExternalWeightsAreIdentity: two models that differ in nothing but a file
// beside the graph, whatever its name, are two models.
func TestExternalWeightsAreIdentity(t *testing.T) {
	orttest.Library(t)
	for _, name := range []string{"weights.bin_xyz", "model.onnx_data", "sub/words", "./odd name.bin"} {
		t.Run(name, func(t *testing.T) {
			dirs := []string{orttest.Model{Seed: 1, External: name}.Folder(t, "m"), orttest.Model{Seed: 1, External: name}.Folder(t, "m")}
			other := filepath.Join(dirs[1], "onnx", name)
			weights, err := os.ReadFile(other)
			if err != nil {
				t.Fatal(err)
			}
			for i := range len(weights) / 4 {
				weights[4*i+3] ^= 0x80 // every sign
			}
			orttest.Write(t, dirs[1], "onnx/"+name, weights)
			graphs := make([][]byte, 2)
			for i, dir := range dirs {
				graphs[i], _ = os.ReadFile(filepath.Join(dir, "onnx/model.onnx"))
			}
			if !bytes.Equal(graphs[0], graphs[1]) {
				t.Fatal("the graphs differ: this tests nothing")
			}
			one, two := load(t, dirs[0]), load(t, dirs[1])
			differ(t, one, two)
			same(t, one, load(t, dirs[0]))
		})
	}
}

func differ(t *testing.T, one, two *Model) {
	t.Helper()
	if a, b := both(t, one), both(t, two); a[0] == b[0] || a[1] == b[1] {
		t.Errorf("identity %s and %s, digest %s and %s", a[0], b[0], a[1], b[1])
	}
	req := request("how do plants make food", "plants turn light into sugar")
	a, errA := score(t, t.Context(), one, req)
	b, errB := score(t, t.Context(), two, req)
	if errA != nil || errB != nil || *a.Results[0].Logit == *b.Results[0].Logit {
		t.Errorf("the two score alike, or not at all: %v, %v: this tests nothing", errA, errB)
	}
}

func same(t *testing.T, one, two *Model) {
	t.Helper()
	if a, b := both(t, one), both(t, two); a != b {
		t.Errorf("%q and %q", a, b)
	}
}

// both are Identity and Digest.
func both(t *testing.T, m *Model) [2]string {
	t.Helper()
	identity, err := m.Identity()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := m.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return [2]string{identity, digest}
}

// TestExternalRefused: what a digest cannot speak of is not loaded.
func TestExternalRefused(t *testing.T) {
	orttest.Library(t)
	for _, tt := range []struct{ name, path, want string }{
		{"above its folder", "../words", "no file below its own folder"},
		{"gone", "gone", "no such file"},
		{"a folder", "folder", "no regular file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := orttest.Model{External: tt.path}.Folder(t, "m")
			if err := os.Remove(filepath.Join(dir, "onnx", tt.path)); err != nil {
				t.Fatal(err)
			}
			if tt.name == "a folder" {
				if err := os.Mkdir(filepath.Join(dir, "onnx", tt.path), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Load(dir, &hub.Files{Name: dir, Dir: dir, ONNX: "onnx/model.onnx"}, Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestSquashedTwice: a graph that gives probabilities is refused, or, where it
// hides that, looks like one.
func TestSquashedTwice(t *testing.T) {
	orttest.Library(t)
	dir := orttest.Model{Squash: "Sigmoid"}.Folder(t, "m")
	if _, err := Load(dir, &hub.Files{Name: dir, Dir: dir, ONNX: "onnx/model.onnx"}, Options{}); err == nil || !strings.Contains(err.Error(), "its output comes from a Sigmoid") {
		t.Errorf("error %v", err)
	}
	if !load(t, orttest.Model{Squash: "hidden"}.Folder(t, "m")).LikeProbabilities() {
		t.Error("a hidden one looks like logits")
	}
	if load(t, orttest.Model{}.Folder(t, "m")).LikeProbabilities() {
		t.Error("logits look like probabilities")
	}
}

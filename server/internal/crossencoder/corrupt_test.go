package crossencoder

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// TestCorruptGraph: a real graph that was cut off is one line; one with wrong
// bytes is one line, or a model that answers with numbers or an error. None of
// them ends the process.
func TestCorruptGraph(t *testing.T) {
	orttest.Library(t)
	dir := golden(t, "bert")
	whole, err := os.ReadFile(filepath.Join(dir, "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 6 {
		orttest.Write(t, dir, "model.onnx", whole[:r.IntN(len(whole))])
		if err := tryGraph(t, dir); err == nil {
			t.Error("a graph that was cut off was loaded")
		}
	}
	for range 14 {
		orttest.Write(t, dir, "model.onnx", damaged(whole, r))
		if err := tryGraph(t, dir); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("more than a line: %v", err)
		}
	}
}

// damaged has eight wrong bytes, half of them near an end, where the structure
// lies rather than the weights.
func damaged(whole []byte, r *rand.Rand) []byte {
	b := slices.Clone(whole)
	for i := range 8 {
		at := r.IntN(len(b))
		if i%2 == 0 {
			at = []int{at % 16384, len(b) - 1 - at%16384}[i/2%2]
		}
		b[at] = byte(r.Uint32())
	}
	return b
}

// tryGraph loads a model and, if that goes, asks it.
func tryGraph(t *testing.T, dir string) error {
	m, err := Load(dir, &hub.Files{Name: dir, Dir: dir, ONNX: "model.onnx"}, Options{Threads: 1})
	if err != nil {
		return err
	}
	defer m.Close(t.Context())
	_, err = scoreTexts(m, t.Context(), "how do plants make food", []string{"plants make sugar", ""})
	return err
}

package modelfiles

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// TestExternalThroughLinks: Hugging Face's cache keeps the files elsewhere.
func TestExternalThroughLinks(t *testing.T) {
	dir := orttest.Model{External: "words"}.Folder(t, "m")
	blob := filepath.Join(dir, "blob")
	if err := os.Rename(filepath.Join(dir, "onnx/words"), blob); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(blob, filepath.Join(dir, "onnx/words")); err != nil {
		t.Skip(err)
	}
	names, err := externalFiles(os.DirFS(dir), "onnx/model.onnx")
	if err != nil || len(names) != 1 || names[0] != "onnx/words" {
		t.Errorf("%q, error %v", names, err)
	}
}

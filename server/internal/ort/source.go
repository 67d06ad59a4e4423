package ort

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// source is where a model's files are.
type source struct {
	files fs.FS
	dir   string // "" where there is no folder
}

func folder(dir string) source { return source{os.DirFS(dir), dir} }

// onnx finds the graph: see Options.ONNX. One without a folder must be named.
func (s source) onnx(asked string) (graphFile, error) {
	if s.dir == "" {
		data, err := fs.ReadFile(s.files, asked)
		return graphFile{asked, data}, err
	}
	path, err := onnxFile(s.dir, asked)
	return graphFile{path, nil}, err
}

// graphFile is a graph on disk, where larger weights may lie beside it, or in
// memory.
type graphFile struct {
	path string // or a name
	data []byte
}

func (g graphFile) inMemory() bool { return g.data != nil }

// wrap says of what file an error speaks.
func (g graphFile) wrap(err error) error {
	return fmt.Errorf("reading %s: %w", filepath.Base(g.path), err)
}

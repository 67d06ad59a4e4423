package hub

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
)

// insideONNX is the graph of a model that ships inside, which is a folder like any
// other: see RATIONALE: why-the-built-in-model-is-files.
const insideONNX = "model.onnx"

// inside finds a model that ships inside the program; ok is false where the
// name is not one of those.
func (h *Hub) inside(name string) (m *Model, ok bool, err error) {
	e, known := Lookup(name)
	if !known || !e.Inside {
		return nil, false, nil
	}
	files := h.config.Inside[e.ID]
	if files == nil {
		return nil, true, fmt.Errorf("finding %q: %w: it ships inside the program, but not inside this one, which was built without cgo or without the weights", name, ErrNotLocal)
	}
	return &Model{Name: e.ID, Variant: DefaultVariant, ONNX: insideONNX, Inside: files}, true, nil
}

// insideBytes is the size of a model inside; ok is false where it is not there.
func (h *Hub) insideBytes(id string) (n int64, ok bool) {
	files := h.config.Inside[id]
	if files == nil {
		return 0, false
	}
	info, err := fs.Stat(files, insideONNX)
	if err != nil {
		return 0, false
	}
	return info.Size(), true
}

// hashInside tells the digests of a model inside. There is nothing to compare
// them with that could not have been changed along with it.
func hashInside(ctx context.Context, m *Model) ([]Checked, error) {
	entries, err := fs.ReadDir(m.Inside, ".")
	if err != nil {
		return nil, err
	}
	var all []Checked
	for _, e := range entries {
		if ctx.Err() != nil {
			return all, context.Cause(ctx)
		}
		c, err := hashFile(m.Inside, e.Name())
		if err != nil {
			return all, err
		}
		all = append(all, c)
	}
	return all, nil
}

func hashFile(files fs.FS, name string) (Checked, error) {
	f, err := files.Open(name)
	if err != nil {
		return Checked{}, err
	}
	defer f.Close()
	h := sha256.New()
	size, err := io.Copy(h, f)
	return Checked{File: File{Path: name, Size: size}, Found: Digest(fmt.Sprintf("%x", h.Sum(nil)))}, err
}

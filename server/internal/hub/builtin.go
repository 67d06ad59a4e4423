package hub

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
)

// builtinONNX is the graph of a built-in model, which is a folder like any
// other: see RATIONALE: why-the-built-in-model-is-files.
const builtinONNX = "model.onnx"

// builtin finds a built-in model; ok is false where the
// name is not one of those.
func (h *Hub) builtin(name string) (m *Files, ok bool, err error) {
	e, known := Lookup(name)
	if !known || !e.Builtin {
		return nil, false, nil
	}
	files := h.config.Builtin[e.ID]
	if files == nil {
		return nil, true, fmt.Errorf("finding %q: %w: it is built in, but not inside this one, which was built without cgo or without the weights", name, ErrNotLocal)
	}
	return &Files{Name: e.ID, Variant: DefaultVariant, ONNX: builtinONNX, Builtin: files}, true, nil
}

// builtinBytes is the size of a built-in model; ok is false where it is not there.
func (h *Hub) builtinBytes(id string) (n int64, ok bool) {
	files := h.config.Builtin[id]
	if files == nil {
		return 0, false
	}
	info, err := fs.Stat(files, builtinONNX)
	if err != nil {
		return 0, false
	}
	return info.Size(), true
}

// hashBuiltin tells the digests of a built-in model. There is nothing to compare
// them with that could not have been changed along with it.
func hashBuiltin(ctx context.Context, m *Files) ([]Checked, error) {
	entries, err := fs.ReadDir(m.Builtin, ".")
	if err != nil {
		return nil, err
	}
	var all []Checked
	for _, e := range entries {
		if ctx.Err() != nil {
			return all, context.Cause(ctx)
		}
		c, err := hashFile(m.Builtin, e.Name())
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

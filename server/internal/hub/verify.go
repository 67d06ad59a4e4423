package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Checked is a file that Verify has hashed.
type Checked struct {
	File
	// Found is the digest of what is there now; "" where it cannot be read.
	Found Digest
	// Err is nil where Found is what was recorded.
	Err error
}

// Verify hashes every file of a model again, of all variants pulled, and
// compares with what the pull recorded, or with the names of the blobs where
// another tool has pulled. It returns all files; the error is that of the
// first bad one. Of a built-in model it tells the digests, which are
// the program's own.
func (h *Hub) Verify(ctx context.Context, name string) (*Files, []Checked, error) {
	model, err := h.Find(name)
	if err != nil {
		return nil, nil, err
	}
	if model.Builtin != nil {
		files, err := hashBuiltin(ctx, model)
		return model, files, err
	}
	files, err := h.recorded(model)
	if err != nil {
		return model, nil, fmt.Errorf("verifying %q: %w", name, err)
	}
	checked, bad := []Checked{}, error(nil)
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return model, checked, context.Cause(ctx)
		}
		c := check(model.Dir, f)
		checked = append(checked, c)
		if bad == nil && c.Err != nil {
			bad = fmt.Errorf("verifying %q: %w", name, c.Err)
		}
	}
	return model, checked, bad
}

// recorded lists the files with their digests.
func (h *Hub) recorded(m *Files) ([]File, error) {
	if m.Commit != "" {
		r, err := openRepo(h.config.Cache, m.Name)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		manifest, err := r.readManifest()
		if err != nil {
			return nil, err
		}
		if s := manifest.Snapshots[m.Commit]; s != nil {
			return s.Files, nil
		}
	}
	return linkedFiles(m.Dir)
}

// linkedFiles reads the digests off the blobs that a snapshot links to.
func linkedFiles(dir string) ([]File, error) {
	var files []File
	for _, name := range modelFiles(dir) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		to, err := filepath.EvalSymlinks(path)
		if err != nil {
			return nil, err
		}
		digest := Digest(filepath.Base(to))
		if !digest.valid() {
			return nil, fmt.Errorf("%w for %q: it was not pulled from a hub", ErrUnrecorded, name)
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Path: name, Size: info.Size(), Blob: digest})
	}
	return files, nil
}

func check(dir string, f File) Checked {
	c := Checked{File: f}
	wanted := f.Blob
	if f.SHA256 != "" {
		wanted = Digest(f.SHA256)
	}
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
	if err != nil {
		c.Err = fmt.Errorf("%s: %w", f.Path, plainly(err))
		return c
	}
	defer file.Close()
	s, err := sumOf(io.Reader(file), wanted, f.Size)
	if err != nil {
		c.Err = fmt.Errorf("%s: %w", f.Path, err)
		return c
	}
	if c.Found = s.found(); c.Found != wanted {
		c.Err = fmt.Errorf("%s: %w: expected %v, found %v", f.Path, ErrMismatch, wanted, c.Found)
	}
	return c
}

func plainly(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("it is gone")
	}
	return err
}

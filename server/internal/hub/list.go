package hub

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Listed is a model: in the catalogue, on this machine, or both.
type Listed struct {
	// Entry has but the ID where the model is not in the catalogue.
	Entry Entry
	// Local is nil where the model has not been pulled.
	Local *Local
	// Builtin says that the model is built into this program.
	Builtin bool
}

// Local is what is on this machine of a model.
type Local struct {
	// Commit that the name stands for.
	Commit string
	// Pinned is false where another tool than this has pulled.
	Pinned bool
	// Dir of the snapshot.
	Dir string
	// Variants there, fp32 first.
	Variants []string
	// Bytes of the files there.
	Bytes int64
}

// List is the catalogue followed by other models in the cache that could be
// used. Folders of the cache that are no such model are passed over.
func (h *Hub) List() ([]Listed, error) {
	var all []Listed
	for _, e := range catalogue {
		if e.Builtin {
			all = append(all, h.listInside(e))
			continue
		}
		local, err := h.local(e.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, Listed{Entry: e, Local: local})
	}
	others, err := h.others()
	return append(all, others...), err
}

func (h *Hub) listInside(e Entry) Listed {
	l := Listed{Entry: e}
	l.Entry.Bytes, l.Builtin = h.builtinBytes(e.ID)
	return l
}

func (h *Hub) others() ([]Listed, error) {
	folders, err := os.ReadDir(h.config.Cache)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []Listed
	for _, f := range folders {
		rest, ok := strings.CutPrefix(f.Name(), repoPrefix)
		id := strings.Replace(rest, "--", "/", 1)
		known := slices.ContainsFunc(catalogue, func(e Entry) bool { return e.ID == id })
		if !ok || known || !validID(id) {
			continue
		}
		// One broken folder does not hide the others.
		if local, err := h.local(id); err == nil && local != nil {
			all = append(all, Listed{Entry: Entry{ID: id}, Local: local})
		}
	}
	return all, err
}

// local is nil where nothing usable is there.
func (h *Hub) local(id string) (*Local, error) {
	r, err := openRepo(h.config.Cache, id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	m, err := r.readManifest()
	if err != nil {
		return nil, err
	}
	commit := r.current(m)
	if commit == "" {
		return nil, nil
	}
	l := &Local{Commit: commit, Pinned: m.Pinned == commit, Dir: r.snapshot(commit)}
	names := modelFiles(l.Dir)
	l.Variants = sortedVariants(variants(names))
	if len(l.Variants) == 0 {
		return nil, nil
	}
	if _, _, err := choose(names, l.Variants[0]); err != nil {
		return nil, nil
	}
	l.Bytes = bytesOf(l.Dir, names)
	return l, nil
}

func bytesOf(dir string, names []string) int64 {
	total := int64(0)
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
			total += info.Size()
		}
	}
	return total
}

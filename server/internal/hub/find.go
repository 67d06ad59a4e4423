package hub

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files are those of a model that is on this machine, all that it needs.
type Files struct {
	// Name is the ID on the hub, or the folder as it was given.
	Name string `json:"name"`
	// Commit on the hub. "" for a folder.
	Commit string `json:"commit,omitzero"`
	// Dir holds config.json and tokenizer.json.
	Dir string `json:"dir"`
	// Variant of the ONNX file.
	Variant string `json:"variant"`
	// ONNX is the file's path within Dir, with slashes. "" = there is none, which only
	// a remote model may do without.
	ONNX string `json:"onnx"`
	// Remote says that the folder has a file RemoteFile: other processes are asked for
	// scores, and the graph, if there is one, only shows what they should be.
	Remote bool `json:"remote,omitzero"`
	// SHA256 of the ONNX file as recorded when it was pulled. "" = not recorded.
	SHA256 string `json:"sha256,omitzero"`
	// Builtin are the files of a built-in model. nil = they
	// lie in Dir.
	Builtin fs.FS `json:"-"`
}

// FS holds the files, wherever they are.
func (m *Files) FS() fs.FS {
	if m.Builtin != nil {
		return m.Builtin
	}
	return os.DirFS(m.Dir)
}

// ONNXPath is the file to load. A built-in model has none.
func (m *Files) ONNXPath() string { return filepath.Join(m.Dir, filepath.FromSlash(m.ONNX)) }

// Find says where a model is, without the network and without hashing. name
// is FOLDER, NAME or ORG/NAME, each with an optional :VARIANT; without one it
// is fp32, or the only variant there.
// The name of a built-in model is that model's, whatever folders there
// are.
func (h *Hub) Find(name string) (*Files, error) {
	if m, ok, err := h.builtin(name); ok {
		return m, err
	}
	t, err := parse(name, "")
	if err != nil {
		return nil, err
	}
	if t.folder != "" {
		return folderModel(t)
	}
	r, err := openRepo(h.config.Cache, t.id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("finding %q: %w: splitrank models pull %s", name, ErrNotLocal, name)
	}
	if err != nil {
		return nil, fmt.Errorf("finding %q: %w", name, err)
	}
	defer r.Close()
	m, err := r.readManifest()
	if err != nil {
		return nil, err
	}
	commit := r.current(m)
	if commit == "" {
		return nil, fmt.Errorf("finding %q: %w: splitrank models pull %s", name, ErrNotLocal, name)
	}
	return h.model(r, commit, t.variant, m.Snapshots[commit])
}

// current is the commit that the model's name stands for: the pinned one, or
// the one that Python's tools took for main.
func (r *repo) current(m *manifest) string {
	commit := cmp.Or(m.Pinned, r.ref("main"))
	if commit == "" || !isFolder(r.snapshot(commit)) {
		return ""
	}
	return commit
}

func (h *Hub) model(r *repo, commit, variant string, s *snapshot) (*Files, error) {
	m, err := readFolder(r.snapshot(commit), variant)
	if err != nil {
		return nil, fmt.Errorf("finding %q at %s: %w", r.id, commit, err)
	}
	m.Name, m.Commit = r.id, commit
	if s != nil {
		f, _ := s.file(m.ONNX)
		m.SHA256 = f.SHA256
	}
	return m, nil
}

// RemoteFile says in a folder which processes are asked for the scores of its model.
// A model of the hub has none: it could name anybody's.
const RemoteFile = "remote.json"

func folderModel(t target) (*Files, error) {
	if names := modelFiles(t.folder); slices.Contains(names, RemoteFile) {
		return remoteModel(t, names), nil
	}
	m, err := readFolder(t.folder, t.variant)
	if err != nil {
		return nil, fmt.Errorf("finding a model in folder %q: %w", t.folder, err)
	}
	m.Name = t.folder
	return m, nil
}

// remoteModel may have a graph, and needs none.
func remoteModel(t target, names []string) *Files {
	variant := t.variant
	if variant == "" {
		variant = onlyVariant(names)
	}
	return &Files{Name: t.folder, Dir: t.folder, Variant: variant, ONNX: variants(names)[variant], Remote: true}
}

// readFolder looks whether a folder holds all that a model needs.
func readFolder(dir, variant string) (*Files, error) {
	names := modelFiles(dir)
	if variant == "" {
		variant = onlyVariant(names)
	}
	_, onnx, err := choose(names, variant)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotLocal, err)
	}
	return &Files{Dir: dir, Variant: variant, ONNX: onnx}, nil
}

// onlyVariant is fp32 unless there is exactly one and another.
func onlyVariant(names []string) string {
	found := sortedVariants(variants(names))
	if len(found) == 1 {
		return found[0]
	}
	return DefaultVariant
}

// modelFiles lists what lies in the two places where a model's files are. A
// link that leads nowhere does not count.
func modelFiles(dir string) []string {
	var names []string
	for _, sub := range []string{"", "onnx/"} {
		entries, _ := os.ReadDir(filepath.Join(dir, sub))
		for _, e := range entries {
			name := sub + e.Name()
			info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
			if err == nil && info.Mode().IsRegular() && !strings.HasSuffix(name, ".tmp") {
				names = append(names, name)
			}
		}
	}
	return names
}

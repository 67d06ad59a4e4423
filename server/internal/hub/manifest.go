package hub

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/splitrank/splitrank/server/internal/limitedfile"
)

// manifestName lies beside blobs, refs and snapshots, where Hugging Face's
// tools look at nothing. See RATIONALE: why-hugging-faces-cache-layout.
const manifestName = "splitrank.json"

const manifestVersion = 1

// manifest records what was pulled: the commit that is pinned, and every
// file's digest, so that a later change on disk shows.
type manifest struct {
	Version int    `json:"version"`
	Model   string `json:"model"`
	// Pinned is the commit that the model's name stands for here.
	Pinned string `json:"pinned"`
	// Snapshots by commit.
	Snapshots map[string]*snapshot `json:"snapshots"`
}

type snapshot struct {
	// Revision as it was asked for: a branch, a tag or the commit itself.
	Revision string `json:"revision"`
	// Endpoint that it came from.
	Endpoint string `json:"endpoint"`
	// Files of all variants pulled, by path.
	Files []File `json:"files"`
}

// maxManifest bounds the file of a manifest, in bytes: some hundred for each
// file of a model.
const maxManifest = 16 << 20

// readManifest returns an empty one where there is none yet.
func (r *repo) readManifest() (*manifest, error) {
	m := &manifest{Version: manifestVersion, Model: r.id, Snapshots: map[string]*snapshot{}}
	text, err := limitedfile.ReadFS(r.root.FS(), manifestName, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err == nil {
		err = json.Unmarshal(text, m)
	}
	if err == nil {
		err = m.validate()
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s of %q: %w", manifestName, r.id, err)
	}
	return m, nil
}

// validate trusts the file no more than a hub: its names become paths.
func (m *manifest) validate() error {
	if m.Version != manifestVersion {
		return fmt.Errorf("it has version %d, this program reads %d", m.Version, manifestVersion)
	}
	if m.Pinned != "" && m.Snapshots[m.Pinned] == nil {
		return fmt.Errorf("it pins %q, of which it lists nothing", m.Pinned)
	}
	for commit, s := range m.Snapshots {
		if !commitShape.MatchString(commit) || s == nil {
			return fmt.Errorf("%w: commit %q", ErrUnsafe, commit)
		}
		if err := s.validate(); err != nil {
			return err
		}
	}
	return nil
}

func (s *snapshot) validate() error {
	for _, f := range s.Files {
		if err := safePath(f.Path); err != nil {
			return err
		}
		if !f.Blob.valid() || f.Size < 0 || len(f.SHA256) != 64 || !Digest(f.SHA256).valid() {
			return fmt.Errorf("%q has no usable size or digest", f.Path)
		}
	}
	return nil
}

func (r *repo) writeManifest(m *manifest) error {
	text, err := json.Marshal(m, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	return r.write(manifestName, append(text, '\n'))
}

func (s *snapshot) names() []string {
	names := make([]string, len(s.Files))
	for i, f := range s.Files {
		names[i] = f.Path
	}
	return names
}

func (s *snapshot) file(path string) (File, bool) {
	i := slices.IndexFunc(s.Files, func(f File) bool { return f.Path == path })
	if i < 0 {
		return File{}, false
	}
	return s.Files[i], true
}

// add records files, in place of what was known of the same paths.
func (s *snapshot) add(files []File) {
	for _, f := range files {
		s.Files = slices.DeleteFunc(s.Files, func(old File) bool { return old.Path == f.Path })
		s.Files = append(s.Files, f)
	}
	slices.SortFunc(s.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
}

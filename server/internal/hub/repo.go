package hub

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/splitrank/splitrank/server/internal/limitedfile"
)

// repo is the folder of one model in the cache, laid out as Hugging Face's
// tools do:
//
//	models--ORG--NAME/
//	  blobs/DIGEST              contents, named by the hub's digest
//	  snapshots/COMMIT/PATH     links into blobs
//	  refs/REVISION             the commit that a branch or tag stood for
//	  splitrank.json            the manifest, ours
//
// All writing goes through root, which the system keeps within the folder.
type repo struct {
	id   string
	dir  string
	root *os.Root
}

const repoPrefix = "models--"

func repoFolder(id string) string { return repoPrefix + strings.ReplaceAll(id, "/", "--") }

// openRepo opens a model's folder; one that does not exist is fs.ErrNotExist.
func openRepo(cache, id string) (*repo, error) {
	dir := filepath.Join(cache, repoFolder(id))
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &repo{id: id, dir: dir, root: root}, nil
}

// createRepo opens a model's folder and makes it first, where needed.
func createRepo(cache, id string) (*repo, error) {
	if err := os.MkdirAll(filepath.Join(cache, repoFolder(id), "blobs"), 0o755); err != nil {
		return nil, fmt.Errorf("making room in the model cache: %w", err)
	}
	return openRepo(cache, id)
}

// Close releases the folder.
func (r *repo) Close() error { return r.root.Close() }

func blobPath(d Digest) string { return path.Join("blobs", string(d)) }

func snapshotPath(commit, name string) string { return path.Join("snapshots", commit, name) }

// snapshot is the folder of a commit, for others to read.
func (r *repo) snapshot(commit string) string { return filepath.Join(r.dir, "snapshots", commit) }

// link makes a file of a snapshot show its blob, in one step.
func (r *repo) link(commit string, f File) error {
	at := snapshotPath(commit, f.Path)
	up := strings.Repeat("../", strings.Count(at, "/"))
	if to, err := r.root.Readlink(at); err == nil && filepath.ToSlash(to) == up+blobPath(f.Blob) {
		return nil
	}
	if err := r.root.MkdirAll(path.Dir(at), 0o755); err != nil {
		return err
	}
	return r.replace(at, func(temporary string) error {
		err := r.root.Symlink(filepath.FromSlash(up+blobPath(f.Blob)), temporary)
		if err != nil { // a system or disk without symbolic links
			err = r.root.Link(blobPath(f.Blob), temporary)
		}
		return err
	})
}

// write puts a small file in place in one step.
func (r *repo) write(at string, content []byte) error {
	if err := r.root.MkdirAll(path.Dir(at), 0o755); err != nil {
		return err
	}
	return r.replace(at, func(temporary string) error {
		return r.root.WriteFile(temporary, content, 0o644)
	})
}

// replace makes something under another name and renames it.
func (r *repo) replace(at string, write func(temporary string) error) error {
	temporary := at + "." + rand.Text() + ".tmp"
	if err := write(temporary); err != nil {
		return errors.Join(err, ignoreMissing(r.root.Remove(temporary)))
	}
	return r.root.Rename(temporary, at)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// setRef notes the commit that a branch or tag stood for, for Python's tools
// to find when they are offline.
func (r *repo) setRef(revision, commit string) error {
	if commitShape.MatchString(revision) || safePath(revision) != nil {
		return nil
	}
	return r.write(path.Join("refs", revision), []byte(commit))
}

// ref is the commit noted for a revision. "" = none.
func (r *repo) ref(revision string) string {
	text, err := limitedfile.ReadFS(r.root.FS(), path.Join("refs", revision), maxSmall)
	commit := strings.TrimSpace(string(text))
	if err != nil || !commitShape.MatchString(commit) {
		return ""
	}
	return commit
}

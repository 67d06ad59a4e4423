package hub

import (
	"cmp"
	"context"
	"fmt"
)

// PullOptions of Pull. The zero value pulls the fp32 variant at the pinned
// commit, or pins the newest one of the main branch.
type PullOptions struct {
	// Revision to pull and to pin: a branch, a tag or a commit of 40 digits.
	// "" = the commit pinned here before, otherwise main.
	Revision string
	// Variant of the ONNX file, as in model_VARIANT.onnx. "" = fp32, or the
	// one in the name.
	Variant string
	// Notify is called with one line each time a pull waits or tries again.
	Notify func(message string)
	// Progress is called with how many bytes of the pull are on disk, and of how many.
	Progress func(file string, done, total int64)
}

// plan is what a pull wants to end with.
type plan struct {
	commit   string
	revision string
	files    []File // without SHA256 where not yet computed
	onnx     string
}

// Pull brings a model into the cache, verified, and pins its commit. What is
// there already is hashed again and, if damaged, replaced; with all of it in
// order and pinned, the network is not used:
// see RATIONALE: why-every-pull-hashes-again. Of a built-in model there
// is nothing to bring.
func (h *Hub) Pull(ctx context.Context, name string, o PullOptions) (*Files, error) {
	if m, ok, err := h.builtin(name); ok {
		return m, err
	}
	t, err := parse(name, o.Variant)
	if err != nil {
		return nil, err
	}
	if t.folder != "" {
		return nil, fmt.Errorf("pulling %q: it is a folder on this machine", name)
	}
	o.Variant = cmp.Or(t.variant, DefaultVariant)
	unlock, err := h.lock(ctx, t.id, o.Notify)
	if err != nil {
		return nil, err
	}
	defer unlock()
	r, err := createRepo(h.config.Cache, t.id)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return h.pullInto(ctx, r, o)
}

func (h *Hub) pullInto(ctx context.Context, r *repo, o PullOptions) (*Files, error) {
	m, err := r.readManifest()
	if err != nil {
		return nil, err
	}
	p, err := h.plan(ctx, r.id, m, o)
	if err != nil {
		return nil, err
	}
	if err := h.fits(r, p); err != nil {
		return nil, err
	}
	if err := h.bring(ctx, r, p, o); err != nil {
		return nil, err
	}
	if err := h.publish(r, m, p); err != nil {
		return nil, fmt.Errorf("putting %q in its place: %w", r.id, err)
	}
	return h.model(r, p.commit, o.Variant, m.Snapshots[p.commit])
}

// plan takes the files from the manifest where it knows them all, and asks
// the hub otherwise.
func (h *Hub) plan(ctx context.Context, id string, m *manifest, o PullOptions) (plan, error) {
	revision := cmp.Or(o.Revision, m.Pinned, "main")
	if known := m.Snapshots[revision]; known != nil {
		if p, ok := planned(revision, known, o.Variant); ok {
			return p, nil
		}
	}
	l, err := h.list(ctx, id, revision, o.Notify)
	if err != nil {
		return plan{}, err
	}
	if commitShape.MatchString(revision) && l.Commit != revision {
		return plan{}, fmt.Errorf("pulling %q: asked for commit %s, the hub answers for %s", id, revision, l.Commit)
	}
	names, onnx, err := choose(l.names(), o.Variant)
	if err != nil {
		return plan{}, fmt.Errorf("pulling %q at %s: %w: %w", id, l.Commit, ErrNotFound, err)
	}
	p := plan{commit: l.Commit, revision: revision, onnx: onnx}
	if known := m.Snapshots[l.Commit]; known != nil && o.Revision == "" {
		p.revision = known.Revision
	}
	p.files, err = h.lookUpAll(ctx, id, l.Commit, names, o.Notify)
	return p, err
}

// planned is a plan out of the manifest alone.
func planned(commit string, s *snapshot, variant string) (plan, bool) {
	names, onnx, err := choose(s.names(), variant)
	if err != nil {
		return plan{}, false
	}
	p := plan{commit: commit, revision: s.Revision, onnx: onnx}
	for _, name := range names {
		f, _ := s.file(name)
		p.files = append(p.files, f)
	}
	return p, true
}

func (h *Hub) lookUpAll(ctx context.Context, id, commit string, names []string, notify func(string)) ([]File, error) {
	var files []File
	for _, name := range names {
		f, err := h.lookUp(ctx, id, commit, name, notify)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func (p plan) total() int64 {
	total := int64(0)
	for _, f := range p.files {
		total += f.Size
	}
	return total
}

// fits refuses what is over the limit or would fill the disk, before the
// first byte.
func (h *Hub) fits(r *repo, p plan) error {
	if total := p.total(); total > h.config.MaxBytes {
		return fmt.Errorf("pulling %q: %w: its files have %s, the limit is %s", r.id, ErrNoSpace, Bytes(total), Bytes(h.config.MaxBytes))
	}
	missing := int64(0)
	for _, f := range p.files {
		missing += r.missing(f)
	}
	free, err := h.free(r.dir)
	if err == nil && missing > free {
		return fmt.Errorf("pulling %q: %w: %s are missing, %s are free in %s", r.id, ErrNoSpace, Bytes(missing), Bytes(free), h.config.Cache)
	}
	return nil
}

// missing is how much of a file is still to be written.
func (r *repo) missing(f File) int64 {
	if _, err := r.root.Stat(blobPath(f.Blob)); err == nil {
		return 0
	}
	if info, err := r.root.Stat(blobPath(f.Blob) + partSuffix); err == nil {
		return max(f.Size-info.Size(), 0)
	}
	return f.Size
}

// bring downloads what is missing, one file after the other.
func (h *Hub) bring(ctx context.Context, r *repo, p plan, o PullOptions) error {
	before, total := int64(0), p.total()
	for i, f := range p.files {
		d := download{hub: h, repo: r, commit: p.commit, file: f, notify: o.Notify}
		d.progress = func(offset int64) {
			if o.Progress != nil {
				o.Progress(f.Path, before+offset, total)
			}
		}
		done, err := d.run(ctx)
		if err != nil {
			return err
		}
		p.files[i] = done
		before += f.Size
	}
	return nil
}

// publish shows the files under their names and pins the commit: the last
// step, when all of them are verified.
func (h *Hub) publish(r *repo, m *manifest, p plan) error {
	for _, f := range p.files {
		if err := r.link(p.commit, f); err != nil {
			return err
		}
	}
	if m.Snapshots[p.commit] == nil {
		m.Snapshots[p.commit] = &snapshot{Endpoint: h.config.Endpoint}
	}
	s := m.Snapshots[p.commit]
	s.Revision = p.revision
	s.add(p.files)
	m.Pinned = p.commit
	if err := r.writeManifest(m); err != nil {
		return err
	}
	return r.setRef(p.revision, p.commit)
}

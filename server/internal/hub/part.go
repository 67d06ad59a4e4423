package hub

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// partSuffix marks a download that is under way. huggingface_hub has another
// name for its own and may fill it out of order, so the two do not share it.
const partSuffix = ".splitrank-part"

// part is the beginning of a blob on disk, hashed as it grows. Its name is
// the digest of the whole, so what an earlier run left can be gone on with.
type part struct {
	repo   *repo
	wanted File
	file   *os.File
	sums   sums
	offset int64
	// joined is set where the beginning is of an earlier run.
	joined bool
	// failed is why the disk took no more.
	failed error
	// grew is called with every new offset.
	grew func(offset int64)
}

func (r *repo) openPart(f File, grew func(offset int64)) (*part, error) {
	file, err := r.root.OpenFile(blobPath(f.Blob)+partSuffix, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, diskError(err)
	}
	p := &part{repo: r, wanted: f, file: file, sums: newSums(f.Blob, f.Size), grew: grew}
	if err := p.join(); err != nil {
		file.Close()
		return nil, diskError(err)
	}
	return p, nil
}

// join hashes what is there already, or drops what is too much.
func (p *part) join() error {
	n, err := io.Copy(p.sums, p.file)
	if err != nil {
		return err
	}
	if n > p.wanted.Size {
		return p.restart()
	}
	p.offset, p.joined = n, n > 0
	p.grew(n)
	return nil
}

// restart drops what is there.
func (p *part) restart() error {
	p.offset, p.joined, p.sums = 0, false, newSums(p.wanted.Blob, p.wanted.Size)
	p.grew(0)
	if err := p.file.Truncate(0); err != nil {
		return diskError(err)
	}
	_, err := p.file.Seek(0, io.SeekStart)
	return diskError(err)
}

// Write appends and hashes.
func (p *part) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	p.sums.Write(b[:n])
	p.offset += int64(n)
	p.failed = diskError(err)
	p.grew(p.offset)
	return n, err
}

// finish compares the digest and gives the blob its name. A part that is not
// what was promised is removed.
func (p *part) finish() error {
	if err := errors.Join(p.file.Sync(), p.file.Close()); err != nil {
		return diskError(err)
	}
	if found := p.sums.found(); found != p.wanted.Blob {
		// What cannot be removed is refused by the next pull just as well.
		_ = p.repo.root.Remove(p.name())
		return p.mismatch(found)
	}
	return diskError(p.repo.root.Rename(p.name(), blobPath(p.wanted.Blob)))
}

func (p *part) name() string { return blobPath(p.wanted.Blob) + partSuffix }

func (p *part) mismatch(found Digest) error {
	return fmt.Errorf("pulling %q of %q: %w: expected %v, found %v", p.wanted.Path, p.repo.id, ErrMismatch, p.wanted.Blob, found)
}

// Close leaves the part on disk, to be gone on with.
func (p *part) Close() error { return p.file.Close() }

// diskError says of a full disk that it is full.
func diskError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("writing to the model cache: %w: %w", ErrNoSpace, err)
	}
	return fmt.Errorf("writing to the model cache: %w", err)
}

package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// enough is how many new bytes make a try count as getting on: a connection
// that breaks after each few is no progress.
const enough = 64 << 10

// download is one file on its way into the cache.
type download struct {
	hub      *Hub
	repo     *repo
	commit   string
	file     File
	notify   func(string)
	progress func(offset int64)

	// highest offset that was reached; only beyond it is progress.
	highest int64
}

// run brings the blob, verified. It goes on with what an earlier run left; if
// that does not fit, it begins once more.
func (d *download) run(ctx context.Context) (File, error) {
	unlock, err := d.hub.lockBlob(ctx, d.repo.id, d.file.Blob, d.notify)
	if err != nil {
		return File{}, err
	}
	defer unlock()
	if sum, err := d.present(); err == nil {
		d.progress(d.file.Size)
		d.file.SHA256 = sum
		return d.file, nil
	}
	joined, err := d.fetch(ctx)
	if joined && errors.Is(err, ErrMismatch) {
		tell(d.notify, "%s: what an earlier pull left does not fit; beginning again", d.file.Path)
		_, err = d.fetch(ctx)
	}
	return d.file, err
}

// present hashes the blob that is there. One that is not what its name says
// is removed.
func (d *download) present() (sha256 string, err error) {
	file, err := d.repo.root.Open(blobPath(d.file.Blob))
	if err != nil {
		return "", err
	}
	defer file.Close()
	s, err := sumOf(file, d.file.Blob, d.file.Size)
	if err != nil {
		return "", err
	}
	if s.found() != d.file.Blob {
		tell(d.notify, "%s: what lies in the cache is damaged; fetching it again", d.file.Path)
		return "", errors.Join(ErrMismatch, d.repo.root.Remove(blobPath(d.file.Blob)))
	}
	return s.recorded(), nil
}

func (d *download) fetch(ctx context.Context) (joined bool, err error) {
	p, err := d.repo.openPart(d.file, d.progress)
	if err != nil {
		return false, err
	}
	defer p.Close()
	joined, d.highest = p.joined, p.offset
	policy := d.hub.newRetryPolicy()
	err = d.hub.retry(ctx, policy, d.notify, func() error { return d.try(ctx, p, policy) })
	if err != nil {
		return joined, err
	}
	d.file.SHA256 = p.sums.recorded()
	return joined, p.finish()
}

// try asks for what is missing.
func (d *download) try(ctx context.Context, p *part, policy *retryPolicy) error {
	if p.offset == d.file.Size {
		return nil
	}
	header := http.Header{} // without If-Range: see RATIONALE: why-no-if-range
	if p.offset > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", p.offset))
	}
	address := d.hub.address(d.repo.id, "resolve", d.commit, d.file.Path)
	return d.hub.get(ctx, address, header, func(resp *http.Response, body io.Reader) error {
		if err := d.place(resp, p); err != nil {
			return err
		}
		err := d.take(ctx, body, p)
		if p.offset >= d.highest+enough {
			d.highest = p.offset
			policy.gotOn()
		}
		return err
	})
}

// place sees to it that the body begins where the part ends.
func (d *download) place(resp *http.Response, p *part) error {
	switch resp.StatusCode {
	case http.StatusPartialContent:
		var from, to, total int64
		_, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-%d/%d", &from, &to, &total)
		if err == nil && from == p.offset && total == d.file.Size {
			return nil
		}
		return d.unplaced(p, fmt.Sprintf("a range %q", printable(resp.Header.Get("Content-Range"), 60)))
	case http.StatusRequestedRangeNotSatisfiable:
		return d.unplaced(p, "416 to a range within the file")
	case http.StatusOK:
		if p.offset > 0 {
			return p.restart()
		}
		return nil
	}
	if err := d.hub.checkStatus(resp, d.what()); err != nil {
		return err
	}
	return fmt.Errorf("asking for %s: the hub answers %d", d.what(), resp.StatusCode)
}

// unplaced begins again with the next try.
func (d *download) unplaced(p *part, got string) error {
	if err := p.restart(); err != nil {
		return err
	}
	return &temporary{err: fmt.Errorf("pulling %s: the hub answers %s of %d bytes", d.what(), got, d.file.Size)}
}

// take reads the body up to the announced size and not beyond.
func (d *download) take(ctx context.Context, body io.Reader, p *part) error {
	_, err := io.Copy(p, io.LimitReader(body, d.file.Size-p.offset))
	switch {
	case p.failed != nil:
		return p.failed
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case p.offset < d.file.Size:
		return &temporary{err: d.truncated(p.offset, err)}
	}
	if n, _ := io.ReadFull(body, make([]byte, 1)); n > 0 {
		return fmt.Errorf("pulling %s: %w: the hub sends more than the %d bytes it announced", d.what(), ErrMismatch, d.file.Size)
	}
	return nil
}

func (d *download) truncated(offset int64, cause error) error {
	err := fmt.Errorf("pulling %s: %w after %d of %d bytes", d.what(), ErrTruncated, offset, d.file.Size)
	if cause != nil {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

func (d *download) what() string { return fmt.Sprintf("%q of %q", d.file.Path, d.repo.id) }

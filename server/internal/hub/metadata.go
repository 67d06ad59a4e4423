package hub

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
)

// File of a model.
type File struct {
	// Path within the model, with slashes.
	Path string `json:"path"`
	// Size in bytes.
	Size int64 `json:"size"`
	// Blob is the hub's digest, and the name in the cache.
	Blob Digest `json:"blob"`
	// SHA256 of the content in hexadecimal, as computed here. "" before that.
	SHA256 string `json:"sha256"`
}

// lookUp asks for the size and digest of a file at a commit.
func (h *Hub) lookUp(ctx context.Context, id, commit, path string, notify func(string)) (File, error) {
	file := File{Path: path}
	what := fmt.Sprintf("%q of %q", path, id)
	err := h.retry(ctx, h.newRetryPolicy(), notify, func() error {
		stopping := context.WithValue(ctx, headStop{}, true)
		resp, err := h.request(stopping, http.MethodHead, h.address(id, "resolve", commit, path), nil)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if !linked(resp) || resp.StatusCode >= 400 {
			if err := h.checkStatus(resp, what); err != nil {
				return err
			}
		}
		return readMetadata(resp, commit, what, &file)
	})
	return file, err
}

// readMetadata takes the digest of the content (X-Linked-ETag: SHA-256 of a
// large file) or of its git blob (ETag of a small one).
func readMetadata(resp *http.Response, commit, what string, file *File) error {
	if got := resp.Header.Get("X-Repo-Commit"); got != "" && got != commit {
		return fmt.Errorf("asking for %s at commit %s: the hub answers for commit %q", what, commit, printable(got, 40))
	}
	tag := cmp.Or(resp.Header.Get("X-Linked-ETag"), resp.Header.Get("ETag"))
	digest, ok := parseDigest(tag)
	if !ok {
		return fmt.Errorf("asking for %s: the hub gives no digest (ETag %q), so it could not be verified", what, printable(tag, 80))
	}
	size, err := linkedSize(resp)
	if err != nil {
		return fmt.Errorf("asking for %s: %w", what, err)
	}
	file.Blob, file.Size = digest, size
	return nil
}

func linkedSize(resp *http.Response) (int64, error) {
	size := resp.ContentLength
	if linked := resp.Header.Get("X-Linked-Size"); linked != "" {
		n, err := strconv.ParseInt(linked, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("the hub gives a size of %q", printable(linked, 40))
		}
		size = n
	}
	if size < 0 {
		return 0, fmt.Errorf("the hub does not say its size")
	}
	return size, nil
}

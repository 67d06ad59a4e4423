package hub

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/splitrank/splitrank/server/internal/hub/hubtest"
)

func TestDiskErrorSaysThatTheDiskIsFull(t *testing.T) {
	full := diskError(&fs.PathError{Op: "write", Path: "blobs/x", Err: syscall.ENOSPC})
	if !errors.Is(full, ErrNoSpace) || full.Error() != "writing to the model cache: no space: write blobs/x: no space left on device" {
		t.Errorf("got %v", full)
	}
	if other := diskError(fs.ErrPermission); errors.Is(other, ErrNoSpace) {
		t.Errorf("got %v", other)
	}
}

// A disk that takes no more is no reason to ask the hub again.
func TestDownloadDoesNotRetryTheDisk(t *testing.T) {
	h := newHub(t, hubtest.New(t))
	r, err := createRepo(h.config.Cache, miniLM)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f := File{Path: "x", Size: 3, Blob: Digest(sum([]byte("abc")))}
	p, err := r.openPart(f, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	d := download{hub: h, repo: r, file: f}
	err = d.take(context.Background(), strings.NewReader("abc"), p)
	if _, passes := errors.AsType[*temporary](err); passes || err == nil || !strings.Contains(err.Error(), "writing to the model cache") {
		t.Errorf("got %v, temporary %v", err, passes)
	}
}

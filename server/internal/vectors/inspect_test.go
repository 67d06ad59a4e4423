package vectors

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInspect: what a folder holds can be seen while it is in use and later, and
// looking changes nothing; it can be emptied when it is not in use.
func TestInspect(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vectors")
	want := Folder{Dir: dir}
	look := func() {
		t.Helper()
		got, err := Inspect(dir)
		want.Bytes = got.Bytes
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("error %v: %s", err, diff)
		}
	}
	look()
	if got, err := Remove(dir); got.Entries != 0 || err != nil {
		t.Errorf("removed %+v, error %v", got, err)
	}
	s := open(t, Options{Dir: dir, DiskBytes: leastBytes, Format: "one"})
	fill(t, s, 0, 200)
	if _, err := s.Delete(keyOf(1)); err != nil {
		t.Fatal(err)
	}
	want.Formats, want.InUse, want.Process = []string{"one"}, true, strconv.Itoa(os.Getpid())
	want.Entries = s.Stat().Disk.Entries
	look()
	if _, err := Remove(dir); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("removed what is in use: %v", err)
	}
	closeStore(t, s)
	mine := filepath.Join(dir, "ffffffff.vec") // no name of a store's
	if err := os.WriteFile(mine, segmentHead("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(segmentPath(dir, 0x1000), segmentHead("three"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(segmentPath(dir, 0x1001), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	want.InUse, want.Process, want.Formats = false, "", []string{"one", "three"}
	look()
	if got, err := Inspect(dir); err != nil || got.Bytes != folderBytes(t, dir)-int64(len(segmentHead("two"))) {
		t.Errorf("%d bytes, error %v", got.Bytes, err)
	}
	if got, err := Remove(dir); got.Entries != want.Entries || err != nil {
		t.Errorf("removed %+v, error %v", got, err)
	}
	want.Entries, want.Formats = 0, nil
	look()
	if _, err := os.Stat(mine); err != nil || folderBytes(t, dir) != int64(len(segmentHead("two"))) {
		t.Errorf("a file of others: %v", err)
	}
}

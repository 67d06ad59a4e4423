package vectors

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestFull: a disk that takes no more costs one warning, and is used again once
// it does. A child has a limit of its own.
func TestFull(t *testing.T) {
	const inChild = "SPLITRANK_TEST_VECTORS_FULL"
	if os.Getenv(inChild) != "" {
		testFull(t)
		return
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFull$")
	c.Env = append(os.Environ(), inChild+"=1")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func testFull(t *testing.T) {
	var w warnings
	o := Options{Dir: t.TempDir(), Warn: w.add, retry: time.Nanosecond}
	s := open(t, o)
	fill(t, s, 0, 100)
	limitFiles(t, uint64(s.disk.last().size)+1000)
	for range 3 {
		for i := 100; i < 400; i++ {
			s.Put(keyOf(i), valueOf(i))
		}
		if err := s.Flush(t.Context(), keysTo(400)...); !errors.Is(err, ErrNotKept) || !errors.Is(err, syscall.EFBIG) {
			t.Errorf("error %v", err)
		}
	}
	wantKnown(t, s, 400, 400)
	if list := w.take(); len(list) != 1 || !strings.Contains(list[0], "goes on without") {
		t.Errorf("warnings %q", list)
	}
	if st := s.Stat(); st.Dropped == 0 || st.Corrupt != 0 || st.Disk.Entries >= 400 {
		t.Errorf("%+v", st)
	}
	s.disk.retry = time.Hour // left alone for so long
	s.Put(keyOf(1000), valueOf(1000))
	_ = s.Flush(t.Context())
	unlimitFiles(t)
	before := s.Stat().Dropped
	s.Put(keyOf(1001), valueOf(1001))
	if st := s.Stat(); st.Dropped != before+1 {
		t.Errorf("a disk that is left alone: %+v", st)
	}
	s.disk.until = time.Time{}
	fill(t, s, 0, 400)
	closeStore(t, s)
	wantKnown(t, open(t, o), 400, 400)
	if list := w.take(); len(list) != 0 {
		t.Errorf("warnings %q", list)
	}
}

func limitFiles(t *testing.T, size uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur = size
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
}

func unlimitFiles(t *testing.T) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	limitFiles(t, limit.Max)
}

// TestReadOnly: a folder on a file system that cannot be written to.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	fill(t, s, 0, 10)
	closeStore(t, s)
	if err := syscall.Mount(dir, dir, "", syscall.MS_BIND, ""); err != nil {
		t.Skipf("mounting wants more rights: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("mounting wants more rights: %v", err)
	}
	wantMemoryOnly(t, dir, "read-only")
}

package vectors

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// keyOf and valueOf number n: a value is as long as it likes, and tells of its
// key, so that one value cannot pass for another.
func keyOf(n int) (k Key) {
	binary.BigEndian.PutUint64(k[:], uint64(n)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(k[24:], uint64(n))
	return k
}

func valueOf(n int) []byte {
	return bytes.Repeat(fmt.Appendf(nil, "value %d,", n), 1+n%400)
}

func keysTo(n int) []Key {
	keys := make([]Key, n)
	for i := range keys {
		keys[i] = keyOf(i)
	}
	return keys
}

// warnings of a Store.
type warnings struct {
	mu   sync.Mutex
	list []string
}

func (w *warnings) add(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, err.Error())
}

func (w *warnings) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.list
	w.list = nil
	return list
}

// open a Store, closed when the test ends.
func open(t testing.TB, o Options) *Store {
	t.Helper()
	if o.Warn == nil {
		o.Warn = func(err error) { t.Errorf("warning: %v", err) }
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	return s
}

func closeStore(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// fill puts values from to to, and waits for the disk.
func fill(t testing.TB, s *Store, from, to int) {
	t.Helper()
	var keys []Key
	for i := from; i < to; i++ {
		s.Put(keyOf(i), valueOf(i))
		keys = append(keys, keyOf(i))
	}
	if err := s.Flush(t.Context(), keys...); err != nil {
		t.Fatal(err)
	}
}

// known counts the values from 0 to n that a Store has, each of which must be
// the right one.
func known(t testing.TB, s *Store, n int) (count int) {
	t.Helper()
	for i, v := range s.Get(context.Background(), keysTo(n)) {
		if v == nil {
			continue
		}
		count++
		if !bytes.Equal(v, valueOf(i)) {
			t.Fatalf("value %d is another: %.40q", i, v)
		}
	}
	return count
}

func wantKnown(t testing.TB, s *Store, n, want int) {
	t.Helper()
	if got := known(t, s, n); got != want {
		t.Errorf("%d of %d values are known, want %d; %+v", got, n, want, s.Stat())
	}
}

func TestMemory(t *testing.T) {
	s := open(t, Options{})
	wantKnown(t, s, 10, 0)
	for i := range 10 {
		s.Put(keyOf(i), valueOf(i))
	}
	s.Put(keyOf(11), nil)
	wantKnown(t, s, 20, 10)
	if n, err := s.Delete(keyOf(3), keyOf(3), keyOf(99)); n != 1 || err != nil {
		t.Errorf("deleted %d, error %v", n, err)
	}
	wantKnown(t, s, 20, 9)
	if st := s.Stat(); st.MemoryHits != 19 || st.Misses != 31 || st.Path != "" || st.Reason != "" {
		t.Errorf("%+v", st)
	}
	if err := s.Flush(t.Context(), keyOf(1)); !errors.Is(err, ErrNotKept) {
		t.Errorf("flushed without a disk: %v", err)
	}
	if err := s.Clear(); err != nil {
		t.Error(err)
	}
	wantKnown(t, s, 20, 0)
}

// TestMemoryBound: the memory level forgets what goes beyond its bytes.
func TestMemoryBound(t *testing.T) {
	s := open(t, Options{Memory: leastBytes})
	for i := range 2000 {
		s.Put(keyOf(i), valueOf(i))
	}
	s.memory.CleanUp()
	if st := s.Stat(); st.Memory.Bytes > leastBytes || st.Memory.Entries == 0 || st.Memory.Evicted == 0 {
		t.Errorf("%+v", st.Memory)
	}
}

// TestAllocations: what is in memory is given out as it is there.
func TestAllocations(t *testing.T) {
	s := open(t, Options{Dir: t.TempDir()})
	fill(t, s, 0, 100)
	keys := keysTo(100)
	if n := testing.AllocsPerRun(10, func() { s.Get(t.Context(), keys) }); n > 5 {
		t.Errorf("%.0f allocations for %d keys", n, len(keys))
	}
	if a, b := s.Get(t.Context(), keys[:1])[0], s.Get(t.Context(), keys[:1])[0]; &a[0] != &b[0] {
		t.Error("a value was copied")
	}
}

// TestNoTime: a request that has ended does not wait for the disk.
func TestNoTime(t *testing.T) {
	s := open(t, Options{Dir: t.TempDir()})
	fill(t, s, 0, 10)
	s.memory.InvalidateAll()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for i, v := range s.Get(ctx, keysTo(10)) {
		if v != nil {
			t.Errorf("value %d was read all the same", i)
		}
	}
	wantKnown(t, s, 10, 10)
}

func TestDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "vectors")
	s := open(t, Options{Dir: dir})
	fill(t, s, 0, 100)
	s.Put(keyOf(100), valueOf(100)) // nobody waits for it
	closeStore(t, s)
	s.Put(keyOf(101), valueOf(101)) // too late
	wantModes(t, dir)

	s = open(t, Options{Dir: dir})
	wantKnown(t, s, 200, 101)
	wantKnown(t, s, 101, 101)
	if st := s.Stat(); st.DiskHits != 101 || st.MemoryHits != 101 || st.Disk.Entries != 101 || st.Path != dir {
		t.Errorf("%+v", st)
	}
	if n, err := s.Delete(keyOf(7), keyOf(150)); n != 1 || err != nil {
		t.Errorf("deleted %d, error %v", n, err)
	}
	wantKnown(t, s, 101, 100)
	closeStore(t, s)
	wantGone(t, dir, valueOf(7))

	s = open(t, Options{Dir: dir})
	wantKnown(t, s, 101, 100)
	fill(t, s, 7, 8)
	wantKnown(t, s, 101, 101)
	if err := s.Clear(); err != nil {
		t.Error(err)
	}
	wantKnown(t, s, 101, 0)
	fill(t, s, 0, 10)
	closeStore(t, s)
	wantKnown(t, open(t, Options{Dir: dir}), 101, 10)
}

func wantModes(t *testing.T, dir string) {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(list) < 3 {
		t.Fatalf("%q, error %v", list, err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, list[0]: 0o600, list[1]: 0o600, list[2]: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, want %v, error %v", path, info.Mode(), want, err)
		}
	}
}

// wantGone looks for a text in all files.
func wantGone(t *testing.T, dir string, text []byte) {
	t.Helper()
	list, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, path := range list {
		if b, err := os.ReadFile(path); err != nil || bytes.Contains(b, text) {
			t.Errorf("%s still has it, error %v", path, err)
		}
	}
}

// TestUnwritten: a Store that forgot a value in memory before it was written
// still has it.
func TestUnwritten(t *testing.T) {
	s := open(t, Options{Dir: t.TempDir()})
	s.disk.writing.Lock()
	for i := range 50 {
		s.Put(keyOf(i), valueOf(i))
	}
	s.memory.InvalidateAll()
	wantKnown(t, s, 50, 50)
	if n := len(s.disk.lacks(keysTo(50))); n != 50 {
		t.Errorf("%d are not on disk", n)
	}
	s.disk.writing.Unlock()
	if err := s.Flush(t.Context(), keysTo(50)...); err != nil {
		t.Error(err)
	}
}

// TestDeleteUnwritten: what is deleted before it was written never is.
func TestDeleteUnwritten(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	for i := range 200 {
		s.Put(keyOf(i), valueOf(i))
		if n, err := s.Delete(keyOf(i)); n != 1 || err != nil {
			t.Errorf("deleted %d, error %v", n, err)
		}
	}
	closeStore(t, s)
	wantKnown(t, open(t, Options{Dir: dir}), 200, 0)
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"little memory": {Memory: 1}, "little disk": {DiskBytes: 1000}, "negative": {Memory: -1},
		"a TTL of a moment": {TTL: time.Millisecond}, "a negative TTL": {TTL: -time.Hour}, "a long format": {Format: string(make([]byte, 300))},
	} {
		if s, err := Open(o); err == nil {
			t.Errorf("%s: no error", name)
			closeStore(t, s)
		}
	}
}

// TestDiskBound: whatever is put, the files never take more than they may, and
// what is used is kept for longer than what is not.
func TestDiskBound(t *testing.T) {
	const limit = 4 << 20
	dir := t.TempDir()
	s := open(t, Options{Dir: dir, DiskBytes: limit, Memory: leastBytes})
	r := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < 10_000; i += 50 {
		fill(t, s, i, i+50)
		s.Get(t.Context(), keysTo(100)) // are used
		for range 20 {
			s.Get(t.Context(), []Key{keyOf(r.IntN(i + 1))})
		}
		if took := folderBytes(t, dir); took > limit {
			t.Fatalf("%d bytes after %d values, want %d", took, i, limit)
		}
	}
	st := s.Stat()
	if st.Disk.Evicted == 0 || st.Disk.Bytes < limit/2 || st.Disk.Bytes > limit || st.Dropped != 0 {
		t.Errorf("%+v", st)
	}
	if n := known(t, s, 100); n < 50 { // of the oldest; how many hangs on when the disk level comes to write
		t.Errorf("%d of 100 that were used all the time are still there", n)
	}
	closeStore(t, s)
	s = open(t, Options{Dir: dir, DiskBytes: leastBytes}) // less than there is
	if took := folderBytes(t, dir); took > leastBytes || known(t, s, 10_000) == 0 {
		t.Errorf("%d bytes, want %d", took, leastBytes)
	}
}

func folderBytes(t *testing.T, dir string) (n int64) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if info, err := e.Info(); err == nil && e.Name() != "lock" {
			n += info.Size()
		}
	}
	return n
}

// TestTTL: a value is forgotten when its time has come, on every level, and can
// be put again; a clock that was wrong for a while does little harm.
func TestTTL(t *testing.T) {
	var mu sync.Mutex
	now := time.Unix(1_800_000_000, 0)
	set := func(d time.Duration) { mu.Lock(); defer mu.Unlock(); now = now.Add(d) }
	o := Options{Dir: t.TempDir(), TTL: time.Hour, now: func() time.Time { mu.Lock(); defer mu.Unlock(); return now }}
	s := open(t, o)
	fill(t, s, 0, 10)
	for _, step := range []struct {
		name string
		step time.Duration
		want int
	}{
		{"at once", 0, 10}, {"an hour later", time.Hour, 10}, {"and a second", time.Second, 0},
		{"set back by half an hour", -30 * time.Minute, 10}, {"to before it was put", -time.Hour, 10}, {"by a day", -24 * time.Hour, 0},
		{"set right", 24*time.Hour + 30*time.Minute, 10},
		{"years ahead", 9999 * time.Hour, 0},
	} {
		set(step.step)
		for _, memory := range []bool{true, false} {
			if !memory {
				s.memory.InvalidateAll()
			}
			if got := known(t, s, 10); got != step.want {
				t.Errorf("%s: %d values, want %d", step.name, got, step.want)
			}
		}
	}
	fill(t, s, 0, 5) // again
	wantKnown(t, s, 10, 5)
	closeStore(t, s)
	wantKnown(t, open(t, o), 10, 5)
}

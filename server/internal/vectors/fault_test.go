package vectors

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// childDir names the folder of a child that writes until it is killed.
const childDir = "SPLITRANK_TEST_VECTORS"

// childBatch is how many values the child puts before it says so.
const childBatch = 20

// TestChild is the child of TestKilled, and else nothing. It says which number
// it has come to when all below are on disk; each batch deletes its first value.
func TestChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("it is a child of TestKilled")
	}
	from, _ := strconv.Atoi(os.Getenv(childDir + "_FROM"))
	limit, _ := strconv.ParseInt(os.Getenv(childDir+"_LIMIT"), 10, 64)
	s := open(t, Options{Dir: dir, DiskBytes: limit})
	for n := from; ; n += childBatch {
		fill(t, s, n, n+childBatch)
		if _, err := s.Delete(keyOf(n)); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("\nsafe %d\n", n+childBatch)
	}
}

// child writes from a number on and is killed after so many batches; it returns
// the number that it has come to.
func child(t *testing.T, dir string, limit int64, from, batches int) (safe int) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$")
	c.Env = append(os.Environ(), childDir+"="+dir, fmt.Sprintf("%s_FROM=%d", childDir, from), fmt.Sprintf("%s_LIMIT=%d", childDir, limit))
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	safe = from
	for lines := bufio.NewScanner(io.TeeReader(out, &all)); lines.Scan(); { // also what it said before it died
		text, ok := strings.CutPrefix(lines.Text(), "safe ")
		if !ok {
			continue
		}
		if safe, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
		if safe >= from+batches*childBatch {
			_ = c.Process.Kill()
		}
	}
	_ = c.Wait()
	if safe < from+batches*childBatch {
		t.Fatalf("the child ended by itself: %s", all.String())
	}
	return safe
}

// TestKilled: a process that is killed while it writes, at any moment, loses
// nothing that it acknowledged, and leaves nothing that is wrong.
func TestKilled(t *testing.T) {
	for _, tt := range []struct {
		name  string
		limit int64
		times int
	}{{"room for all", 64 << 20, 50}, {"evicting", leastBytes, 10}} {
		t.Run(tt.name, func(t *testing.T) {
			dir, safe := t.TempDir(), 0
			r := rand.New(rand.NewPCG(uint64(tt.limit), 7))
			for range tt.times {
				safe = child(t, dir, tt.limit, safe, 1+r.IntN(6))
				s := open(t, Options{Dir: dir, DiskBytes: tt.limit})
				for i, v := range s.Get(t.Context(), keysTo(safe)) {
					deleted := i%childBatch == 0
					if v != nil && (deleted || !bytes.Equal(v, valueOf(i))) || v == nil && !deleted && tt.limit > leastBytes {
						t.Fatalf("value %d of %d: %.40q", i, safe, v)
					}
				}
				known(t, s, safe+2*childBatch)
				if st := s.Stat(); st.Corrupt != 0 || st.Foreign != 0 {
					t.Errorf("%+v", st)
				}
				closeStore(t, s)
			}
		})
	}
}

// files of a folder by name, without the lock.
func files(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, e := range list {
		if e.Name() == "lock" {
			continue
		}
		if all[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// someFolder of n values in several segments with indexes; the last one has none
// where the process was killed.
func someFolder(t testing.TB, n int, killed bool) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	s := open(t, Options{Dir: dir, DiskBytes: leastBytes, Format: "a format"})
	fill(t, s, 0, n)
	if _, err := s.Delete(keyOf(1)); err != nil {
		t.Fatal(err)
	}
	if killed {
		return files(t, dir)
	}
	closeStore(t, s)
	return files(t, dir)
}

// wantHarmless opens a damaged folder: whatever it gives is right, and, tried
// again, it takes new values and keeps them.
func wantHarmless(t testing.TB, damaged map[string][]byte, n int, again bool) (left int) {
	t.Helper()
	dir := t.TempDir()
	for name, b := range damaged {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{Dir: dir, DiskBytes: leastBytes, Format: "a format", Warn: func(error) {}}
	s := open(t, o)
	if st := s.Stat(); st.Path == "" {
		t.Fatalf("no disk level: %s", st.Reason)
	}
	left = known(t, s, n)
	if !again {
		closeStore(t, s)
		return left
	}
	s.Put(keyOf(n), valueOf(n))
	closeStore(t, s)
	s = open(t, o)
	if again := known(t, s, n); again > left {
		t.Errorf("%d values were there again", again-left)
	}
	defer closeStore(t, s)
	if v := s.Get(t.Context(), []Key{keyOf(n)})[0]; !bytes.Equal(v, valueOf(n)) {
		t.Fatalf("a new value was lost: %.40q", v)
	}
	return left
}

// TestFlippedBits: one flipped bit, wherever it is, costs values and never
// changes one.
func TestFlippedBits(t *testing.T) {
	const n = 4
	for _, killed := range []bool{false, true} {
		whole := someFolder(t, n, killed)
		if left := wantHarmless(t, whole, n, true); left != n-1 {
			t.Errorf("%d values of a folder that is whole", left)
		}
		for _, b := range whole {
			for i := range b {
				bit := byte(1) << (i % 8)
				b[i] ^= bit
				wantHarmless(t, whole, n, i%16 == 0)
				b[i] ^= bit
			}
		}
	}
}

// TestTruncated: a file that ends early, or goes on with rubbish, costs what
// was there and no more.
func TestTruncated(t *testing.T) {
	const n = 6
	whole := someFolder(t, n, true)
	for name, b := range whole {
		for size := range b {
			whole[name] = b[:size]
			wantHarmless(t, whole, n, size%16 == 0)
		}
		for _, tail := range []string{"x", strings.Repeat("\x00", 1000), "vec1", strings.Repeat("vec1", 100)} {
			whole[name] = append(b[:len(b):len(b)], tail...)
			if left := wantHarmless(t, whole, n, true); left != n-1 {
				t.Errorf("%s with %q: %d values", name, tail[:1], left)
			}
		}
		whole[name] = b
	}
}

// TestRubbish: a folder of anything is no reason not to start.
func TestRubbish(t *testing.T) {
	for name, content := range map[string]string{
		"00000001.vec": "", "00000002.vec": "rubbish", "00000003.vec": segmentMagic, "7fffffff.vec": segmentMagic + "\x00", "7ffffffe.vec": string(segmentHead("a format")),
		"00000004.vec": string(segmentHead("another format")), "00000005.idx": "rubbish", "00000006.idx.tmp": "x", "00000007.vec": strings.Repeat("\x00", 1<<20),
	} {
		wantHarmless(t, map[string][]byte{name: []byte(content)}, 3, true)
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "00000001.vec", "mine"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := open(t, Options{Dir: dir, Warn: func(error) {}})
	fill(t, s, 0, 3) // beside a folder that is called like a segment
	wantHarmless(t, map[string][]byte{"notes.txt": []byte("mine"), "ffffffff.vec": []byte("mine")}, 3, true)
}

// TestForeign: values of another format are removed, and said once; files that
// are not the store's are left alone.
func TestForeign(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir, DiskBytes: leastBytes, Format: "1"})
	fill(t, s, 0, 200)
	closeStore(t, s)
	mine := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	var w warnings
	s = open(t, Options{Dir: dir, Format: "2", Warn: w.add})
	wantKnown(t, s, 200, 0)
	if list := w.take(); len(list) != 1 || !strings.Contains(list[0], "another format") {
		t.Errorf("warnings %q", list)
	}
	if st := s.Stat(); st.Foreign == 0 {
		t.Errorf("%+v", st)
	}
	if b, err := os.ReadFile(mine); string(b) != "mine" {
		t.Errorf("%q, error %v", b, err)
	}
	fill(t, s, 0, 5)
	closeStore(t, s)
	wantKnown(t, open(t, Options{Dir: dir, Format: "2"}), 200, 5)
}

// TestDamagedWhileOpen: bytes that change under a running store are noticed.
func TestDamagedWhileOpen(t *testing.T) {
	dir := t.TempDir()
	var w warnings
	s := open(t, Options{Dir: dir, Warn: w.add})
	fill(t, s, 0, 10)
	path := segmentPath(dir, 1)
	b := files(t, dir)["00000001.vec"]
	for i := range b[len(segmentHead("")):] {
		b[len(segmentHead(""))+i] ^= 1
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s.memory.InvalidateAll()
	wantKnown(t, s, 10, 0)
	if st, list := s.Stat(), w.take(); st.Corrupt != 10 || len(list) != 1 {
		t.Errorf("%+v, warnings %q", st, list)
	}
	fill(t, s, 0, 10)
	s.memory.InvalidateAll()
	wantKnown(t, s, 10, 10)
}

// FuzzDamage: whatever happens to the files, what is found is what was put.
func FuzzDamage(f *testing.F) {
	const n = 100
	whole := someFolder(f, n, true)
	var names []string
	for name := range whole {
		names = append(names, name)
	}
	f.Add([]byte{0, 0, 0, 10, 1})
	f.Add([]byte{1, 1, 0, 40, 0, 0, 2, 0, 9, 1})
	f.Add([]byte{0, 3, 1, 0, 7, 1, 4, 9, 9, 9})
	f.Fuzz(func(t *testing.T, steps []byte) {
		damaged := map[string][]byte{}
		for name, b := range whole {
			damaged[name] = bytes.Clone(b)
		}
		for ; len(steps) >= 5; steps = steps[5:] {
			damage(damaged, names, steps)
		}
		wantHarmless(t, damaged, n, true)
	})
}

// damage does what five bytes say: which file, what, where, how much.
func damage(files map[string][]byte, names []string, step []byte) {
	name := names[int(step[0])%len(names)]
	b := files[name]
	if len(b) == 0 {
		return
	}
	at := (int(step[2])<<8 | int(step[3])) * len(b) >> 16
	end := min(len(b), at+int(step[4]))
	switch step[1] % 6 {
	case 0:
		b[at] ^= step[4]
	case 1:
		b = b[:at]
	case 2:
		clear(b[at:end])
	case 3:
		b = append(b[:at:at], b[end:]...)
	case 4:
		b = append(b, b[at:]...)
	case 5:
		copy(b[at:], b[end:])
	}
	files[name] = b
}

// TestFolders that cannot be used mean memory only, after one warning that says
// why.
func TestFolders(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open777 := t.TempDir()
	if err := os.Chmod(open777, 0o777); err != nil {
		t.Fatal(err)
	}
	busy := t.TempDir()
	open(t, Options{Dir: busy})
	dirs := map[string]string{
		file: "not a directory", filepath.Join(file, "below"): "not a directory", busy: "in use by another process, " + strconv.Itoa(os.Getpid()),
	}
	if runtime.GOOS != "windows" {
		dirs[open777] = "by other users"
	}
	if runtime.GOOS == "linux" {
		dirs["/proc/nowhere"] = "making a folder"
	}
	if os.Geteuid() == 0 {
		foreign := t.TempDir()
		if err := os.Chown(foreign, 12345, 0); err != nil {
			t.Fatal(err)
		}
		dirs[foreign] = "another user"
	}
	for dir, want := range dirs {
		wantMemoryOnly(t, dir, want)
	}
}

func wantMemoryOnly(t *testing.T, dir, want string) {
	t.Helper()
	var w warnings
	s := open(t, Options{Dir: dir, Warn: w.add})
	for i := range 10 {
		s.Put(keyOf(i), valueOf(i))
	}
	wantKnown(t, s, 10, 10)
	if list := w.take(); len(list) != 1 || !strings.Contains(list[0], want) || !strings.Contains(list[0], "in memory only") {
		t.Errorf("%s: warnings %q, want %q", dir, list, want)
	}
	if st := s.Stat(); st.Path != "" || st.Reason == "" || st.Dropped != 0 {
		t.Errorf("%s: %+v", dir, st)
	}
	if err := s.Flush(t.Context()); !errors.Is(err, ErrNotKept) {
		t.Errorf("flushed: %v", err)
	}
}

// TestLeaks: a Store that is closed leaves nothing running.
func TestLeaks(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		s := open(t, Options{Dir: t.TempDir()})
		fill(t, s, 0, 10)
		closeStore(t, s)
	}
	for end := time.Now().Add(time.Minute); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

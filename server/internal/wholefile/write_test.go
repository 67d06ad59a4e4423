package wholefile

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	for _, text := range []string{"first", "second, longer", ""} {
		if err := Write(path, []byte(text)); err != nil || content(t, path) != text {
			t.Errorf("%q, error %v, want %q", content(t, path), err, text)
		}
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, []byte("linked")); err != nil || content(t, path) != "linked" {
		t.Errorf("through a link: %q, error %v", content(t, path), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, error %v", info, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, error %v", info.Mode(), err)
	}
	if err := Write(os.DevNull, []byte("nothing")); err != nil {
		t.Error(err)
	}
	if err := Write(filepath.Join(dir, "missing", "file"), nil); err == nil {
		t.Error("written into a folder that is not there")
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.part")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, error %v", left, err)
	}
}

// childPath tells TestWriteForEver which file to write.
const childPath = "SPLITRANK_TEST_CHILD_PATH"

// TestWriteForEver is the other process of TestKilled.
func TestWriteForEver(t *testing.T) {
	path := os.Getenv(childPath)
	if path == "" {
		return // TestKilled runs it
	}
	for i := 0; ; i++ {
		if err := Write(path, version(i)); err != nil {
			t.Fatal(err)
		}
		fmt.Println(i)
	}
}

// version of a content: a letter, many times.
func version(i int) []byte { return bytes.Repeat([]byte{'a' + byte(i%26)}, 1<<20) }

// TestKilled: whenever the writer is killed, what is there is whole.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for range 10 {
		c := exec.Command(os.Args[0], "-test.run=^TestWriteForEver$")
		c.Env = append(os.Environ(), childPath+"="+path)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 1)); err != nil { // it has written once
			t.Error(err)
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
		got := content(t, path)
		if len(got) != 1<<20 || got != string(bytes.Repeat([]byte{got[0]}, 1<<20)) {
			t.Fatalf("%d bytes are there, or of several versions", len(got))
		}
	}
}

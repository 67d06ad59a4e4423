package limitedfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func(name string, most int64) ([]byte, error){
		"path": func(name string, most int64) ([]byte, error) { return Read(filepath.Join(dir, name), most) },
		"fs":   func(name string, most int64) ([]byte, error) { return ReadFS(os.DirFS(dir), name, most) },
	} {
		for _, most := range []int64{5, 6, 1 << 40} {
			if data, err := read("file", most); err != nil || string(data) != "12345" {
				t.Errorf("%s, at most %d: %q, error %v", name, most, data, err)
			}
		}
		if data, err := read("file", 4); err == nil || data != nil || !strings.Contains(err.Error(), "larger than 4 bytes") {
			t.Errorf("%s: %q, error %v", name, data, err)
		}
		if _, err := read(".", 4); !errors.Is(err, ErrKind) {
			t.Errorf("%s: a folder: error %v", name, err)
		}
		if _, err := read("gone", 4); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := Read(os.DevNull, 4); !errors.Is(err, ErrKind) {
		t.Errorf("a device: error %v", err)
	}
}

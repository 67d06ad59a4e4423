package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder is a test whose failures are read.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

// lines are n lines, every step-th one marked.
func lines(n, step int) string {
	var b strings.Builder
	for i := range n {
		if fmt.Fprintf(&b, "line %d", i); step > 0 && i%step == step-1 {
			b.WriteString("!")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestFileSaysWhatToDo: the first line has the count and the remedy, three
// places follow, and no more.
func TestFileSaysWhatToDo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "golden.txt")
	if err := os.WriteFile(path, []byte(lines(2000, 0)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, got, first string
		hunks            int
		last             string
	}{
		{"the same", lines(2000, 0), "", 0, ""},
		{"one place", lines(2000, 1500), "golden.txt differs in 1 place", 1, ""},
		{"many places", lines(2000, 100), "golden.txt differs in 20 places", 3, "… and 17 more"},
		{"everything", lines(2000, 1), "golden.txt differs in 1 place", 1, "more lines"},
		{"empty", "", "golden.txt differs in 1 place", 1, "more lines"},
		{"a long line", lines(1999, 0) + strings.Repeat("x", 1<<20), "golden.txt differs in 1 place", 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r recorder
			File(&r, false, path, []byte(tt.got))
			if tt.first == "" {
				if len(r.errors) != 0 {
					t.Errorf("failed: %s", r.errors)
				}
				return
			}
			says := strings.TrimSpace(strings.Join(r.errors, "\n"))
			first, rest, _ := strings.Cut(says, "\n")
			if !strings.Contains(first, tt.first) || !strings.Contains(first, "if that is meant: make golden") {
				t.Errorf("first line %q", first)
			}
			if strings.Count(rest, ",") < tt.hunks || len(says) > 8000 || !strings.Contains(rest[strings.LastIndex(rest, "\n")+1:], tt.last) {
				t.Errorf("%d bytes, which end with %q", len(says), rest[max(0, len(rest)-100):])
			}
		})
	}
}

func TestUpdateWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "golden.txt")
	File(t, true, path, []byte("made"))
	if b, err := os.ReadFile(path); err != nil || string(b) != "made" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestCases(t *testing.T) {
	cases := []Case{{"same", "1\n", "1\n"}, {"a", "1\n2\n", "1\n3\n"}, {"b", "1\n", ""}, {"c", "", "1\n"}, {"d", "1\n", "2\n"}}
	var r recorder
	if n := Cases(&r, "raise the version", cases); n != 4 || len(r.errors) != 1 {
		t.Fatalf("%d changed, %q", n, r.errors)
	}
	first, rest, _ := strings.Cut(r.errors[0], "\n")
	if !strings.HasPrefix(first, "4 of 5 cases changed; if that is meant: raise the version") {
		t.Errorf("first line %q", first)
	}
	if !strings.Contains(rest, "a:\n") || !strings.Contains(rest, "-2\n  +3") || strings.Contains(rest, "d:") || !strings.Contains(rest, "… and 1 more") {
		t.Errorf("the rest is\n%s", rest)
	}
	if n := Cases(t, "", cases[:1]); n != 0 {
		t.Errorf("%d changed, want none", n)
	}
}

func TestNoStrays(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"known.json", "stray.json"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var r recorder
	NoStrays(&r, folder, map[string]bool{"known.json": true})
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "stray.json") {
		t.Errorf("says %q", r.errors)
	}
}

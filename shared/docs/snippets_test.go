package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// program is a fenced block of Markdown that is a whole Go program.
var program = regexp.MustCompile("(?ms)^```go\n(package main\n.*?)^```$")

// TestPrograms: the Go programs of the documentation compile and run in a fresh module
// that replaces this one, as a newcomer's would. Nothing is downloaded: what they need
// is what this module needs.
func TestPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds programs")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range markdownFiles(t, root) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, block := range program.FindAllSubmatch(text, -1) {
			found++
			name, _ := filepath.Rel(root, path)
			t.Run(fmt.Sprint(name, "-", i), func(t *testing.T) { runProgram(t, root, block[1]) })
		}
	}
	if found == 0 {
		t.Error("no Markdown file has a Go program")
	}
}

// markdownFiles that git tracks, or would.
func markdownFiles(t *testing.T, root string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "build"):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".md"):
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func runProgram(t *testing.T, root string, source []byte) {
	t.Helper()
	dir := t.TempDir()
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go .*$`).Find(module)
	mod := fmt.Sprintf("module newcomer\n\n%s\n\nrequire github.com/splitrank/splitrank v0.0.0\n\nreplace github.com/splitrank/splitrank => %q\n", version, root)
	for name, content := range map[string][]byte{"main.go": source, "go.mod": []byte(mod), "go.sum": sums} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.Command("go", "run", ".")
	run.Dir = dir
	run.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := run.CombinedOutput(); err != nil || len(out) == 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

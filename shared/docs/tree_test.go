package docs

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// skippedFolders hold what was fetched or built, or texts that are data.
var skippedFolders = []string{".git", ".cache", ".wrangler", "bin", "build", "build-faults", "built", "dist", "node_modules", "testdata", "venv"}

// codeSuffixes are the ends of the names of files that may cite a decision.
var codeSuffixes = []string{".go", ".ts", ".mjs", ".py", ".css", ".html", ".toml", "Makefile"}

// a tree is the texts of the repository by their slash-separated names.
type tree struct {
	files fs.FS
	pages map[string]string // Markdown
	code  map[string]string
}

func readTree(files fs.FS) (tree, error) {
	t := tree{files, map[string]string{}, map[string]string{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains(skippedFolders, d.Name()) {
			return fs.SkipDir
		}
		if d.IsDir() {
			return nil
		}
		return t.read(name)
	})
	return t, err
}

// read keeps the text of a file that the rules are about.
func (t *tree) read(name string) error {
	into := t.pages
	if path.Ext(name) != ".md" {
		into = t.code
		if !slices.ContainsFunc(codeSuffixes, func(s string) bool { return strings.HasSuffix(name, s) }) && !strings.HasPrefix(name, ".ci/") {
			return nil
		}
	}
	text, err := fs.ReadFile(t.files, name)
	into[name] = string(text)
	return err
}

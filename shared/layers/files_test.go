package layers

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// An imported is one import line of one file, whatever the file's build tags.
type imported struct {
	file string // slash-separated, from the module's root
	path string // of the package, without the module path if it is ours
}

func (i imported) pkg() string  { return path.Dir(i.file) }
func (i imported) isTest() bool { return strings.HasSuffix(i.file, "_test.go") }

// readImports finds the import lines of all Go files below root.
func readImports(root fs.FS) ([]imported, error) {
	var out []imported
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && skipped(d.Name()) {
			return fs.SkipDir
		}
		if d.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		lines, err := fileImports(root, name)
		out = append(out, lines...)
		return err
	})
	return out, err
}

// skipped holds for the folders that the go command does not look into.
func skipped(folder string) bool {
	return folder == "testdata" || folder == "node_modules" ||
		folder != "." && strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_")
}

func fileImports(root fs.FS, name string) ([]imported, error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var out []imported
	for _, spec := range file.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		out = append(out, imported{name, short(target)})
	}
	return out, nil
}

func (r allowRule) violations(lines []imported) []string {
	var out []string
	for _, l := range lines {
		subject := r.from.match(l.pkg()) && !r.except.match(l.pkg()) && !l.isTest()
		if subject && !r.allow.match(l.path) {
			out = append(out, fmt.Sprintf("%s imports %s, which is not on its list: %s", l.file, l.path, r.reason))
		}
	}
	return out
}

func (r ownerRule) violations(lines []imported) []string {
	var out []string
	for _, l := range lines {
		free := r.owners.match(l.pkg()) && strings.HasSuffix(l.file, r.suffix)
		if r.owned.match(l.path) && !free {
			out = append(out, fmt.Sprintf("%s imports %s, which %s: %s", l.file, l.path, r.who(), r.reason))
		}
	}
	return out
}

// who words the right to import: "only a, b may (in files *_js.go)".
func (r ownerRule) who() string {
	if len(r.owners) == 0 {
		return "nobody may"
	}
	var names []string
	for _, p := range r.owners {
		names = append(names, string(p))
	}
	s := "only " + strings.Join(names, ", ") + " may"
	if r.suffix != "" {
		s += " (in files *" + r.suffix + ")"
	}
	return s
}

package layers

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

const module = "github.com/splitrank/splitrank"

// A platform is one way of building the module.
type platform struct {
	name string
	env  []string
}

var platforms = []platform{
	{"linux", []string{"GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=1"}},
	{"js", []string{"GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0"}},
}

// A graph has the direct imports of every package reached, the standard
// library's too. Packages of this module go without the module path.
type graph map[string][]string

// load asks go list for the packages of the module, with overlay's files
// (relative path to content) added to the tree.
func load(t *testing.T, p platform, mode packages.LoadMode, overlay map[string]string, patterns ...string) []*packages.Package {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for name, text := range overlay {
		files[filepath.Join(root, name)] = []byte(text)
	}
	roots, err := packages.Load(&packages.Config{
		Mode: mode, Dir: root, Env: append(os.Environ(), p.env...), Overlay: files,
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	return roots
}

func loadGraph(t *testing.T, p platform, overlay map[string]string) graph {
	t.Helper()
	mode := packages.NeedName | packages.NeedImports | packages.NeedDeps
	g := graph{}
	packages.Visit(load(t, p, mode, overlay, "./..."), nil, func(pkg *packages.Package) {
		var imports []string
		for _, path := range slices.Sorted(maps.Keys(pkg.Imports)) {
			imports = append(imports, short(path))
		}
		g[short(pkg.PkgPath)] = imports
	})
	return g
}

func short(path string) string { return strings.TrimPrefix(path, module+"/") }

// violations says, per package and banned package it reaches, by which way.
func (r closureRule) violations(g graph) []string {
	var out []string
	for _, pkg := range r.subjects(g) {
		for _, way := range r.ways(g, pkg) {
			out = append(out, fmt.Sprintf("%s: %s", describe(way), r.reason))
		}
	}
	return out
}

func (r closureRule) subjects(g graph) []string {
	var out []string
	for _, pkg := range slices.Sorted(maps.Keys(g)) {
		if r.from.match(pkg) && !r.except.match(pkg) {
			out = append(out, pkg)
		}
	}
	return out
}

// ways lists the shortest way from pkg to each banned package, breadth first.
// It goes on neither below a banned package nor below a cut one.
func (r closureRule) ways(g graph, pkg string) [][]string {
	var out [][]string
	seen := map[string]bool{pkg: true}
	for queue := [][]string{{pkg}}; len(queue) > 0; queue = queue[1:] {
		way := queue[0]
		for _, next := range g[way[len(way)-1]] {
			if seen[next] {
				continue
			}
			seen[next] = true
			on := append(slices.Clone(way), next)
			switch {
			case r.ban.match(next):
				out = append(out, on)
			case !r.cut.match(next):
				queue = append(queue, on)
			}
		}
	}
	return out
}

// describe renders a way: "a imports d via b → c".
func describe(way []string) string {
	last := len(way) - 1
	s := fmt.Sprintf("%s imports %s", way[0], way[last])
	if last > 1 {
		s += " via " + strings.Join(way[1:last], " → ")
	}
	return s
}

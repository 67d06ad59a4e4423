package layers

import (
	"flag"
	"os"
	"testing"

	"golang.org/x/tools/go/packages"
)

// The tests of the tree ask the go command, which takes longer than all others
// and goes behind the back of go test's cache: run them with -count=1 -tree, or
// by make test-layers; see RATIONALE: why-the-inner-loop-asks-no-go-command.
var tree = flag.Bool("tree", false, "look at the tree through the go command")

func needsTree(t *testing.T) {
	t.Helper()
	if !*tree {
		t.Skip("asks the go command about the whole tree: make test-layers, or -count=1 -tree")
	}
}

func TestClosures(t *testing.T) {
	needsTree(t)
	for _, p := range platforms {
		t.Run(p.name, func(t *testing.T) {
			g := loadGraph(t, p, nil)
			for _, r := range closureRules {
				report(t, r.violations(g))
			}
		})
	}
}

// A rule about a package that was renamed would hold for ever.
func TestRulesHaveSubjects(t *testing.T) {
	needsTree(t)
	g := loadGraph(t, platforms[0], nil)
	for _, r := range closureRules {
		if len(r.subjects(g)) == 0 && !r.later {
			t.Errorf("no package matches %q (%s)", r.from, r.reason)
		}
	}
}

func TestImports(t *testing.T) {
	lines, err := readImports(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range allowRules {
		report(t, r.violations(lines))
	}
	for _, r := range ownerRules {
		report(t, r.violations(lines))
	}
}

func TestStart(t *testing.T) {
	needsTree(t)
	for _, p := range platforms {
		t.Run(p.name, func(t *testing.T) {
			for _, r := range startRules {
				for _, pkg := range load(t, p, packages.LoadSyntax, nil, r.in.folders()...) {
					for _, err := range pkg.Errors {
						t.Error(err)
					}
					report(t, r.violations(source{pkg.Fset, pkg.Syntax, pkg.TypesInfo}))
				}
			}
		})
	}
}

func report(t *testing.T, violations []string) {
	t.Helper()
	for _, v := range violations {
		t.Error(v)
	}
}

package docs

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func repository(t *testing.T) tree {
	t.Helper()
	files, err := readTree(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func report(t *testing.T, faults []string) {
	t.Helper()
	for _, f := range faults {
		t.Error(f)
	}
}

func TestLinksResolve(t *testing.T)          { report(t, repository(t).brokenLinks()) }
func TestContentsListDecisions(t *testing.T) { report(t, repository(t).unlisted()) }
func TestSourcesExist(t *testing.T)          { report(t, repository(t).missingSources()) }
func TestCitationsResolve(t *testing.T)      { report(t, repository(t).badCitations()) }

// TestPlanted: each rule finds the violation that it is about, and nothing in
// what is right.
func TestPlanted(t *testing.T) {
	right := map[string]string{
		"RATIONALE.md":      "# Contents\n[a](a/RATIONALE.md#why-a), [b](#why-b)\n## Why b\n",
		"a/RATIONALE.md":    "# A\n\n## Why `A`\ntext\n",
		"a/a.go":            "package a // see RATIONALE: why-a\n",
		"README.md":         "[up](a/a.go) [A](a/RATIONALE.md#why-a) [web](https://example.com/x#y) [own](#two-words-1)\n# Two words\n## Two words\n",
		"node_modules/x.md": "[x](nowhere)",
	}
	tests := []struct {
		name, file, text string
		want             string // "" = nothing
	}{
		{"as it is", "b.md", "", ""},
		{"no such file", "b.md", "[x](c.md)", `b.md:1: link "c.md": there is no c.md`},
		{"no such file above", "a/b.md", "\n[x](../c.md)", `a/b.md:2: link "../c.md": there is no c.md`},
		{"no such anchor", "b.md", "[x](README.md#three)", "no heading with this anchor"},
		{"no such anchor here", "b.md", "[x](#three)", "no heading with this anchor"},
		{"a reference", "b.md", "[x]: c.md", "there is no c.md"},
		{"a picture", "b.md", "![x](c.png)", "there is no c.png"},
		{"an absolute path", "b.md", "[x](/README.md)", "begins with a slash"},
		{"in a code block", "b.md", "```\n[x](c.md)\n```\n", ""},
		{"in a code span", "b.md", "`[x](c.md)`", ""},
		{"a heading in a code block", "b.md", "[x](#a)\n```\n# a\n```\n", "no heading with this anchor"},
		{"a decision that is not listed", "b/RATIONALE.md", "## Why c", "links to b/RATIONALE.md#why-c 0 times"},
		{"a decision of the same anchor", "b/RATIONALE.md", "## Why a", "is in a/RATIONALE.md and b/RATIONALE.md"},
		{"a decision listed twice", "RATIONALE.md", "[a](a/RATIONALE.md#why-a) [a](a/RATIONALE.md#why-a)", "2 times: want once"},
		{"a citation", "b.ts", "// See RATIONALE: why-a. And more.", ""},
		{"a citation of nothing", "b.ts", "// see RATIONALE: why-d", `anchor "why-d"`},
		{"another form", "b.py", "# (RATIONALE, \"Why a\")", "b.py:1: cite a decision as"},
		{"another form at the end", "b.py", "# see RATIONALE", "b.py:1: cite a decision as"},
		{"another anchor", "b.py", "# see RATIONALE: integers", "b.py:1: cite a decision as"},
		{"the page", "b.py", "# a test of RATIONALE.md", ""},
		{"a longer word", "b.py", "# RATIONALES", ""},
		{"a source file", "b.md", "`a/a.go` and `a.go`", ""},
		{"a source file that is not there", "b.md", "as\n`b/a.go` says", "b.md:2: there is no source file b/a.go"},
		{"the end of a name", "b.md", "`-a.go`", "there is no source file -a.go"},
		{"a placeholder", "b.md", "`a/NAME.go`, `*_js.go`, `a.go b.go`", ""},
		{"no code", "b.csv", "see RATIONALE: why-d", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range right {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			files[tt.file] = &fstest.MapFile{Data: []byte(tt.text)}
			tree, err := readTree(files)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(slices.Concat(tree.brokenLinks(), tree.unlisted(), tree.badCitations(), tree.missingSources()), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("faults %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAnchor(t *testing.T) {
	for text, want := range map[string]string{
		"Why integers":               "why-integers",
		"Why NaN is 422":             "why-nan-is-422",
		"Why `/metrics` wants a key": "why-metrics-wants-a-key",
		`Why "</s>" is text`:         "why-s-is-text",
		"A – b":                      "a--b",
		"first_stage, λ":             "first_stage-λ",
	} {
		if got := anchor(text); got != want {
			t.Errorf("anchor(%q) = %q, want %q", text, got, want)
		}
	}
}

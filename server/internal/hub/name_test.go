package hub

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, ".", map[string][]byte{"here/x": nil, "ms-marco-MiniLM-L12-v2/x": nil, "file": nil})
	cases := []struct {
		name, variant string
		want          target
		says          string
	}{
		{name: "ms-marco-MiniLM-L6-v2", want: target{id: miniLM}},
		{name: "ms-marco-MiniLM-L6-v2:fp16", want: target{id: miniLM, variant: "fp16"}},
		{name: "ms-marco-MiniLM-L6-v2", variant: "fp16", want: target{id: miniLM, variant: "fp16"}},
		{name: "ms-marco-MiniLM-L6-v2:fp16", variant: "fp16", want: target{id: miniLM, variant: "fp16"}},
		{name: "org/name", want: target{id: "org/name"}},
		{name: "here", want: target{folder: "here"}},
		{name: "here:fp16", want: target{folder: "here", variant: "fp16"}},
		{name: "ms-marco-MiniLM-L12-v2", want: target{folder: "ms-marco-MiniLM-L12-v2"}},
		{name: "./here", want: target{folder: "./here"}},
		{name: "file", says: "unknown model"},
		{name: "", says: "unknown model"},
		{name: "org/name/more", says: "unknown model"},
		{name: "org/..", says: "unknown model"},
		{name: "org/a--b", says: "unknown model"},
		{name: "org/a..b", says: "unknown model"},
		{name: "-org/a", says: "unknown model"},
		{name: "org/" + strings.Repeat("a", 93), says: "unknown model"},
		{name: "org/name:a/b", says: "unsafe name"},
		{name: "org/name:a..b", says: "unsafe name"},
		{name: "org/name", variant: "/", says: "unsafe name"},
		{name: "org/name:a", variant: "b", says: "the name says another"},
	}
	for _, c := range cases {
		t.Run(c.name+"+"+c.variant, func(t *testing.T) {
			got, err := parse(c.name, c.variant)
			if c.says == "" && (err != nil || got != c.want) {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
			if c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("got %+v, %v, want %q", got, err, c.says)
			}
		})
	}
}

// Whatever passes for an ID or a path stays where it is put.
func FuzzNamesStayInside(f *testing.F) {
	for _, s := range []string{"org/name", "../x", "a/../../b", `a\b`, "C:x", "/x", "onnx/model.onnx", ".", "a//b", "org/name:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if safePath(s) == nil && (!filepath.IsLocal(s) || filepath.ToSlash(filepath.Clean(s)) != s) {
			t.Errorf("path %q passed", s)
		}
		if folder := repoFolder(s); validID(s) && (folder != filepath.Base(folder) || !filepath.IsLocal(folder)) {
			t.Errorf("ID %q passed", s)
		}
	})
}

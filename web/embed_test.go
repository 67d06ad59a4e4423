package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// TestPageIsWhole: every file that index.html names is there; those of the build
// only after it.
func TestPageIsWhole(t *testing.T) {
	html, err := fs.ReadFile(Page(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	_, err = fs.Stat(Page(), "built")
	built := err == nil
	found := regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(string(html), -1)
	if len(found) < 2 {
		t.Fatalf("index.html loads %d files, want its script and its style", len(found))
	}
	for _, f := range found {
		if !built && strings.HasPrefix(f[1], "built/") {
			continue
		}
		if _, err := fs.Stat(Page(), f[1]); err != nil {
			t.Errorf("index.html names %q: %v", f[1], err)
		}
	}
}

// TestServiceWorkerIsWhole: all that the page keeps for offline use is there.
func TestServiceWorkerIsWhole(t *testing.T) {
	worker, err := fs.ReadFile(Page(), "sw.js")
	if err != nil {
		t.Skip("the page is not built: run npm run build in web/")
	}
	list := regexp.MustCompile(`\["(?:[^"]+",?"?)+\]`).Find(worker)
	for name := range strings.SplitSeq(strings.Trim(string(list), `[]"`), `","`) {
		if name == "./" {
			name = "index.html"
		}
		if _, err := fs.Stat(Page(), name); err != nil {
			t.Errorf("sw.js keeps %q: %v", name, err)
		}
	}
	if !strings.Contains(string(list), `"built/splitrank.wasm"`) {
		t.Errorf("sw.js keeps %s, which has no scorer", list)
	}
}

// TestPageIsStrict: the page forbids inline scripts and styles and has none.
func TestPageIsStrict(t *testing.T) {
	html, err := fs.ReadFile(Page(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(html), `http-equiv="Content-Security-Policy"`) || strings.Contains(string(html), "unsafe-inline") {
		t.Error("index.html sets no strict content security policy")
	}
	inline := regexp.MustCompile(`(?i)<script(?:\s[^>]*)?>[^<]|<style|\sstyle=|\son[a-z]+=`)
	if bad := inline.Find(html); bad != nil {
		t.Errorf("index.html has inline code: %s", bad)
	}
}

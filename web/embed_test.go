package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// TestPageIsWhole: every file that index.html names is in the repository.
func TestPageIsWhole(t *testing.T) {
	html, err := fs.ReadFile(Page(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(string(html), -1)
	if len(found) < 2 {
		t.Fatalf("index.html loads %d files, want its script and its style", len(found))
	}
	for _, f := range found {
		if _, err := fs.Stat(Page(), f[1]); err != nil && !strings.Contains(f[1], ":") {
			t.Errorf("index.html names %q: %v", f[1], err)
		}
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

package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/shared/api"
)

// TestServeCache: what is known is not scored again, and stays what it was.
func TestServeCache(t *testing.T) {
	orttest.Library(t)
	url, end := serving(t, "--model", orttest.Model{}.Folder(t, "one"), "--cache-redis", "redis://127.0.0.1:1")
	var first reply
	for i, tt := range []struct {
		name         string
		more         string
		headers      []string
		read, cached int
	}{
		{"first", "", nil, 3, 0},
		{"again", "", nil, 0, 3},
		{"opted out", `,"cache":false`, nil, 3, 0},
		{"opted out by header", "", []string{"Cache-Control", "no-store"}, 3, 0},
		{"a budget", `,"budget":{"documents":1,"deadline_ms":60000}`, nil, 0, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, text := ask(t, url+"/rerank", body(tt.more), tt.headers...)
			a := decode(t, text)
			if status != 200 || a.Degraded || a.Usage.Scored != 3 || a.Usage.Read != tt.read || a.Usage.Cached != tt.cached || (a.Usage.Tokens == 0) != (tt.read == 0) {
				t.Fatalf("status %d: %s", status, text)
			}
			if i == 0 {
				first = a
			}
			if diff := cmp.Diff(first.Results, a.Results); diff != "" {
				t.Errorf("(-first +now)\n%s", diff)
			}
		})
	}
	// Redis is told behind the answers' backs, in one to three calls: how many
	// of them failed by now, and so whether it is left alone, is anybody's guess.
	figures := page(t, url+"/metrics")
	for !strings.Contains(figures, "\nsplitrank_cache_redis_dropped_total 3\n") && !t.Failed() {
		figures = page(t, url+"/metrics")
	}
	for _, want := range []string{`hits_total{level="memory"} 6`, `misses_total 3`, `entries 3`} {
		if !strings.Contains(figures, "\nsplitrank_cache_"+want+"\n") {
			t.Errorf("no %s in\n%s", want, figures)
		}
	}
	if code, log := end(); code != 0 || strings.Contains(log, "level=ERROR") {
		t.Errorf("code %d, log:\n%s", code, log)
	}
}

// TestSpelled: no two truncations share scores.
func TestSpelled(t *testing.T) {
	seen := map[string]bool{}
	for _, tt := range []*api.Truncation{
		nil, {}, {Strategy: api.LongestFirst}, {MaxQueryTokens: 1}, {Windows: &api.Windows{}}, {Windows: &api.Windows{Size: 1}},
		{Windows: &api.Windows{Stride: 1}}, {Windows: &api.Windows{Count: 1}}, {Windows: &api.Windows{Score: api.BestTwoWindows}},
	} {
		if s := spelled(tt); seen[s] {
			t.Errorf("%+v is spelled %q like another", tt, s)
		} else {
			seen[s] = true
		}
	}
}

func TestServeNoCache(t *testing.T) {
	orttest.Library(t)
	url, end := serving(t, "--model", orttest.Model{}.Folder(t, "one"), "--cache-size", "0")
	for range 2 {
		if _, text := ask(t, url+"/rerank", body("")); decode(t, text).Usage.Read != 3 {
			t.Errorf("%s", text)
		}
	}
	end()
}

// TestServeEvents: a watched answer ends with the plain one. Partial ones come
// where the reader is faster than the work, which nobody promises here:
// httpapi's tests hold the work up to see them.
func TestServeEvents(t *testing.T) {
	orttest.Library(t)
	url, end := serving(t, "--model", orttest.Model{}.Folder(t, "one"))
	_, plain := ask(t, url+"/rerank", body(""))
	status, text := ask(t, url+"/rerank", body(`,"cache":false`), "Accept", "text/event-stream")
	_, final, found := strings.Cut(text, "event: final\ndata: ")
	if status != 200 || !found || !strings.HasPrefix(text, "event: heuristic\ndata: {") || strings.Count(text, "event: partial") > 1 {
		t.Fatalf("status %d: %s", status, text)
	}
	if diff := cmp.Diff(decode(t, plain), decode(t, final)); diff != "" {
		t.Errorf("(-plain +final)\n%s", diff)
	}
	end()
}

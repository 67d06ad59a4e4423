package cache

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/splitrank/splitrank/server/internal/digest"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

func TestCache(t *testing.T) {
	f := &fake{}
	c, m := cached(t, f, Options{})
	steps := []struct {
		name   string
		change func(req *api.Request)
		cached int
	}{
		{"first", func(*api.Request) {}, 0},
		{"again", func(*api.Request) {}, 3},
		{"other options", func(r *api.Request) { r.TopK, r.Explain, r.Language = 1, true, "en" }, 3},
		{"opted out", func(r *api.Request) { r.NoCache = true }, 0},
		{"another query", func(r *api.Request) { r.Query = "q2" }, 0},
		{"one document more", func(r *api.Request) { r.Documents = append(r.Documents, api.Document{Text: "new"}) }, 3},
		{"another order", func(r *api.Request) { r.Documents[0], r.Documents[2] = r.Documents[2], r.Documents[0] }, 3},
		{"a title", func(r *api.Request) { r.Documents[1].Title = "t" }, 2},
		{"opted out, unseen", func(r *api.Request) { r.NoCache, r.Query = true, "q3" }, 0},
		{"which left nothing", func(r *api.Request) { r.Query = "q3" }, 0},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			req := request("q", "one", "two", "three")
			s.change(req)
			got, err := scoreAll(t.Context(), m, req)
			wantAll(t, f, req, got, err, s.cached)
		})
	}
	if got, want := c.Stats(), (Stats{Hits: 14, Misses: 11, Entries: 11, Bytes: 11 * entryBytes, Limit: DefaultBytes}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
}

// TestIdentity: models do not see each other's scores.
func TestIdentity(t *testing.T) {
	f := &fake{}
	c, _ := cached(t, f, Options{})
	identity := "a"
	m := c.Model(f, func(req *api.Request) (string, bool) { return identity + req.Model, true })
	req := request("q", "one")
	for _, change := range []func(){func() {}, func() { identity = "b" }, func() { req.Model = "m" }} {
		change()
		got, err := scoreAll(t.Context(), m, req)
		wantAll(t, f, req, got, err, 0)
	}
}

// TestKeys: no two different pairs have one key, wherever a letter moves.
func TestKeys(t *testing.T) {
	seen := map[key]string{}
	for _, identity := range []string{"", "a", "ab"} {
		for _, query := range []string{"b", "ab", "abc"} {
			for _, d := range []api.Document{{Text: "c"}, {Text: "bc"}, {Text: "abc"}, {Title: "c"}, {Title: "b", Text: "c"}, {Title: "ab", Text: "c"}, {Text: "\x00c"}, {}} {
				name := fmt.Sprintf("%q %q %q %q", identity, query, d.Title, d.Text)
				k := digest.Pairs(identity, &api.Request{Query: query, Documents: []api.Document{d}})[0]
				if other, ok := seen[k]; ok {
					t.Errorf("%s has the key of %s", name, other)
				}
				seen[k] = name
			}
		}
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Bytes: -1}, {Bytes: entryBytes - 1}, {TTL: -1}} {
		if c, err := New(o); err == nil {
			c.Close()
			t.Errorf("%+v is accepted", o)
		}
	}
}

// TestBytes: a cache takes no more memory than it was given, however much goes
// through it.
func TestBytes(t *testing.T) {
	const bytes = 8 << 20
	before := heap()
	c, _ := cached(t, &fake{}, Options{Bytes: bytes})
	for i := range 4 * bytes / entryBytes {
		c.local.Set(key{byte(i), byte(i >> 8), byte(i >> 16)}, score{})
	}
	c.local.CleanUp()
	after, s := heap(), c.Stats()
	t.Logf("%d entries of %d bytes", s.Entries, (after-before)/int64(max(s.Entries, 1)))
	if after-before > bytes || s.Entries > bytes/entryBytes || s.Entries < bytes/entryBytes*9/10 || s.Evicted == 0 {
		t.Errorf("%d bytes for %d, %+v", after-before, bytes, s)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		c, err := New(Options{TTL: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		m, req := c.Model(f, func(*api.Request) (string, bool) { return "", true }), request("q", "one")
		for _, step := range []struct {
			pass   time.Duration
			cached int
		}{{0, 0}, {50 * time.Second, 1}, {20 * time.Second, 0}, {time.Second, 1}} {
			time.Sleep(step.pass)
			got, err := scoreAll(t.Context(), m, req)
			wantAll(t, f, req, got, err, step.cached)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// BenchmarkKnown: what a request of 100 documents pays to learn that all are
// known.
func BenchmarkKnown(b *testing.B) {
	c, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	m, req := c.Model(&fake{}, func(*api.Request) (string, bool) { return "fake", true }), &api.Request{Query: "q"}
	for i := range 100 {
		req.Documents = append(req.Documents, api.Document{Text: fmt.Sprintf("%0600d", i)})
	}
	if _, err := scoreAll(b.Context(), m, req); err != nil {
		b.Fatal(err)
	}
	everything := make([]int, 100)
	for d := range everything {
		everything[d] = d
	}
	for b.Loop() {
		if known, _ := m.Open(req).Known(b.Context(), everything); len(known) != 100 {
			b.Fatal(len(known))
		}
	}
}

var _ rerank.Pairs = (*pairs)(nil)

// changing is a model that other processes serve.
type changing struct {
	*fake
	epoch   uint64
	version string
	known   bool
}

func (c *changing) Epoch() uint64 { return c.epoch }

// TestModelChanges: a score is kept under the version that made it or not at all.
func TestModelChanges(t *testing.T) {
	f := &changing{fake: &fake{}, version: "a", known: true}
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := c.Model(f, func(*api.Request) (string, bool) { return f.version, f.known })
	req := request("q", "one", "two")
	for _, step := range []struct {
		name   string
		before func()
		during func() // after the request was opened
		cached int
	}{
		{"nothing is known", nil, nil, 0},
		{"all is known", nil, nil, 2},
		{"another version before", func() { f.version, f.epoch = "b", 1 }, nil, 0},
		{"which is known now", nil, nil, 2},
		{"another version while it is asked", func() { f.version, f.epoch = "c", 2 }, func() { f.version, f.epoch = "d", 3 }, 0},
		{"of which nothing was kept", func() { f.version = "c" }, func() { f.epoch++ }, 0},
		{"under neither name", func() { f.version = "d" }, nil, 0},
		{"no version", func() { f.known = false }, nil, 0},
		{"still none", nil, nil, 0},
		{"the last one again", func() { f.known = true }, nil, 2},
	} {
		if step.before != nil {
			step.before()
		}
		p := m.Open(req)
		if step.during != nil {
			step.during()
		}
		known, _ := p.Known(t.Context(), []int{0, 1})
		if len(known) != step.cached {
			t.Errorf("%s: %d are known, want %d", step.name, len(known), step.cached)
		}
		if len(known) > 0 {
			continue
		}
		if _, err := p.Tokenize(t.Context(), []int{0, 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Score(t.Context(), []int{0, 1}, func([]answer.Score) {}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

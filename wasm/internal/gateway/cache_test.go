package gateway

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/shared/api"
)

type mapCache map[string][]byte

func (c mapCache) Get(_ context.Context, key []byte) ([]byte, bool) {
	value, ok := c[string(key)]
	return value, ok
}

func (c mapCache) Put(_ context.Context, key, value []byte) { c[string(key)] = value }

func TestCache(t *testing.T) {
	options := func(more map[string]any) string {
		m := map[string]any{"budget": map[string]any{"documents": 2}}
		for k, v := range more {
			m[k] = v
		}
		return question(m, bread...)
	}
	for _, tt := range []struct {
		name  string
		again string
		asked int
		head  []string
	}{
		{"the same", options(nil), 1, nil},
		{"less of it", options(map[string]any{"top_k": 1}), 1, nil},
		{"explained", options(map[string]any{"explain": true}), 2, nil},
		{"another deadline", options(map[string]any{"budget": map[string]any{"documents": 2, "deadline_ms": 900}}), 1, nil},
		{"strict", options(map[string]any{"strict": true}), 1, nil},
		{"another query", options(map[string]any{"query": "oven"}), 2, nil},
		{"another model", options(map[string]any{"model": "m"}), 2, nil},
		{"another truncation", options(map[string]any{"truncation": map[string]any{"max_query_tokens": 5}}), 2, nil},
		{"another budget", options(map[string]any{"budget": map[string]any{"documents": 3}}), 2, nil},
		{"another first stage", options(map[string]any{"first_stage": "hidden"}), 2, nil},
		{"opted out", options(map[string]any{"cache": false}), 2, nil},
		{"opted out by header", options(nil), 2, []string{"Cache-Control", "no-store"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, o := behind(t, model, func(c *Config) { c.Cache = mapCache{} })
			first := answerOf(t, post(g, options(nil)))
			second := answerOf(t, post(g, tt.again, tt.head...))
			if len(o.seen) != tt.asked {
				t.Errorf("asked %d times, want %d", len(o.seen), tt.asked)
			}
			if tt.asked == 1 && (second.Usage != (api.Usage{Documents: len(bread), Scored: 2, Cached: 2, Trimmed: first.Usage.Trimmed}) || second.Timings.Inference+second.Timings.Query+second.Timings.Documents+second.Timings.Comparing != 0) {
				t.Errorf("%+v %+v", second.Usage, second.Timings)
			}
			if tt.name == "the same" {
				if diff := cmp.Diff(first, second, cmpopts.IgnoreFields(api.Response{}, "Usage", "Timings")); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestCacheKeepsNothingDegraded(t *testing.T) {
	cache := mapCache{}
	g, _ := behind(t, text(200, `{"results":[`+scored(0, "0.5")+`,`+scored(1, "0.5")+`],"model":"m","degraded":true,"reason":"deadline"}`), func(c *Config) { c.Cache = cache })
	if r := answerOf(t, post(g, question(map[string]any{"budget": map[string]any{"documents": 2}}, bread...))); !r.Degraded || len(cache) != 0 {
		t.Errorf("%+v; kept %d", r, len(cache))
	}
}

// TestCacheOfAnotherVersion is no cache; one that holds nonsense is none either.
func TestCacheOfAnotherVersion(t *testing.T) {
	cache := mapCache{}
	g, o := behind(t, model, func(c *Config) { c.Cache = cache })
	other := newGateway(t, func(c *Config) { c.Cache, c.Origin, c.CacheVersion = cache, o, "2" })
	body := question(nil, bread...)
	answerOf(t, post(g, body))
	answerOf(t, post(other, body))
	if len(cache) != 2 || len(o.seen) != 2 {
		t.Errorf("%d entries, %d questions", len(cache), len(o.seen))
	}
	for key := range cache {
		cache[key] = []byte(`{"results":[]}`)
	}
	if r := answerOf(t, post(g, body)); r.Degraded || len(o.seen) != 3 {
		t.Errorf("%+v, %d questions", r, len(o.seen))
	}
}

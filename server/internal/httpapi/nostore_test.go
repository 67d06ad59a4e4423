package httpapi

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

func TestNoStore(t *testing.T) {
	const plain, out = `{"query":"q","documents":["a"]}`, `{"query":"q","documents":["a"],"cache":false}`
	for _, tt := range []struct {
		name   string
		path   string
		body   string
		header []string
		want   bool
	}{
		{"neither", "/rerank", plain, nil, false},
		{"field", "/rerank", out, nil, true},
		{"header", "/rerank", plain, []string{"no-store"}, true},
		{"among others", "/rerank", plain, []string{"max-age=0,  NO-STORE"}, true},
		{"in a second line", "/rerank", plain, []string{"max-age=0", "no-store"}, true},
		{"another directive", "/rerank", plain, []string{"no-cache, x-no-store"}, false},
		{"batch", "/rerank/batch", `{"requests":[` + plain + `]}`, []string{"no-store"}, true},
		{"batch without", "/rerank/batch", `{"requests":[` + plain + `]}`, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := false
			s := newServer(t, func(c *Config) {
				c.Reranker = rerankFunc(func(ctx context.Context, req *api.Request) (*api.Response, error) {
					if asked = true; req.NoCache != tt.want {
						t.Errorf("no cache: %v", req.NoCache)
					}
					return longestFirst(ctx, req)
				})
			})
			r := httptest.NewRequestWithContext(t.Context(), "POST", tt.path, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", "application/json")
			r.Header["Cache-Control"] = tt.header
			w := httptest.NewRecorder()
			if s.Handler().ServeHTTP(w, r); !asked {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
		})
	}
}

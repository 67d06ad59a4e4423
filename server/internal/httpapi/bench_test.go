package httpapi

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/server/internal/rerank"
	core "github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// BenchmarkRerank is a whole request without the network: 100 documents of 600
// bytes, decoded, ranked and answered.
func BenchmarkRerank(b *testing.B) {
	engine, err := rerank.New(rerank.Config{Planner: core.NewPlanner(all.Stemmers())})
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(Config{Reranker: engine})
	if err != nil {
		b.Fatal(err)
	}
	req := &api.Request{Query: "how does a cross-encoder read the query?", TopK: 10}
	for range 100 {
		text := strings.Repeat("The encoder reads a query and one document together, slowly. ", 10)
		req.Documents = append(req.Documents, api.Document{Text: text[:600]})
	}
	body := api.AppendRequest(nil, req)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/rerank", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		if s.Handler().ServeHTTP(w, r); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}

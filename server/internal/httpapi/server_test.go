package httpapi

import (
	"bytes"
	"context"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/golden"
)

const goldens = "testdata/golden"

var update = flag.Bool("update", false, "write the golden files anew")

// rerankFunc is a Reranker for tests.
type rerankFunc func(ctx context.Context, req *api.Request) (*api.Response, error)

func (f rerankFunc) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	return f(ctx, req)
}

// Watch has nothing to see.
func (f rerankFunc) Watch(ctx context.Context, req *api.Request, _ func(*api.Response)) (*api.Response, error) {
	return f(ctx, req)
}

// longestFirst orders by length: a ranking that a reader can check by eye.
func longestFirst(_ context.Context, req *api.Request) (*api.Response, error) {
	r := &api.Response{Model: api.ModelNone, Scorer: "length", Language: "und", Usage: api.Usage{Documents: len(req.Documents)}}
	used := map[int]bool{}
	for range req.Documents {
		best := -1
		for i, d := range req.Documents {
			if !used[i] && (best < 0 || len(d.Text) > len(req.Documents[best].Text)) {
				best = i
			}
		}
		used[best] = true
		r.Results = append(r.Results, result(req, best, len(r.Results)+1))
	}
	if req.TopK > 0 {
		r.Results = r.Results[:min(req.TopK, len(r.Results))]
	}
	if req.Pipeline == api.LLM {
		graded(r)
	}
	return r, nil
}

// graded is an answer as an llm leaves it.
func graded(r *api.Response) {
	cost, logit := 0.00012, 2.44
	r.Usage.LLM = &api.LLMUsage{Model: "m", Calls: 2, Input: 900, Output: 60, CostUSD: &cost, PricesOf: "2026-10-07"}
	for i := range r.Results {
		result := &r.Results[i]
		result.ScoredBy, result.Logit, result.Suspicious = string(api.LLM), &logit, true
		if e := result.Explanation; e != nil {
			e.LLM = &api.Grade{Grade: 8.5, Why: "It says so."}
		}
	}
	r.Degraded, r.Reason = true, api.ReasonBudget
}

func result(req *api.Request, index, rank int) api.Result {
	d := &req.Documents[index]
	score := float64(len(d.Text)) / 64
	r := api.Result{Index: index, Rank: rank, ID: d.ID, RelevanceScore: score, HeuristicScore: score, ScoredBy: "heuristic"}
	if req.ReturnDocuments {
		r.Document = d
	}
	if req.Explain {
		r.Explanation = &api.Explanation{Parts: []heuristics.Part{{Signal: "length", Raw: heuristics.One / 4, Weight: heuristics.One, Contribution: heuristics.One / 4}}}
		r.Matches = []heuristics.Span{{Start: 0, End: 2}}
	}
	return r
}

// newServer is a Server over longestFirst, unless change says otherwise.
func newServer(t *testing.T, change func(*Config)) *Server {
	t.Helper()
	c := Config{Reranker: rerankFunc(longestFirst), Version: "v1.2.3", Scorer: "length"}
	if change != nil {
		change(&c)
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// logTo sends the log of a server to a buffer.
func logTo(b *bytes.Buffer, level slog.Level) func(*Config) {
	return func(c *Config) {
		c.Log = slog.New(slog.NewJSONHandler(b, &slog.HandlerOptions{Level: level}))
	}
}

// post sends a body as JSON.
func post(s *Server, path, body string, headers ...string) *httptest.ResponseRecorder {
	return do(s, http.MethodPost, path, body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

// do sends a request with headers given as name, value, name, value, ...
func do(s *Server, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// errorOf reads the error out of an answer.
func errorOf(t *testing.T, w *httptest.ResponseRecorder) api.Error {
	t.Helper()
	return decodeError(t, w.Body)
}

func decodeError(t *testing.T, body io.Reader) api.Error {
	t.Helper()
	var answer struct {
		Error struct {
			Code    api.Code `json:"code"`
			Message string   `json:"message"`
			Field   string   `json:"field"`
		} `json:"error"`
	}
	if err := json.UnmarshalRead(body, &answer, json.RejectUnknownMembers(true)); err != nil {
		t.Fatalf("the answer is no error: %v", err)
	}
	return api.Error{Code: answer.Error.Code, Message: answer.Error.Message, Field: answer.Error.Field}
}

const (
	english = `{"query":"what is a cross-encoder?","documents":["The sky is blue.",{"id":"ce","title":"Models","text":"A cross-encoder reads the query and the document together.","video":{"start":12.5}},{"id":7,"text":"Bi-encoders embed each alone."}],"top_k":2,"explain":true,"return_documents":true}`
	hebrew  = `{"query":"מה זה embeddings?","documents":[{"id":"חתול","text":"החתול ישן"},{"id":"ייצוג","text":"Embeddings הם ייצוג וקטורי"}]}`
	chunks  = `{"query":"מה זה embeddings?","chunks":[{"id":"c1","text":"החתול ישן"},{"id":2,"text":"Embeddings הם ייצוג וקטורי"}],"top_k":1}`
)

func TestAnswers(t *testing.T) {
	tests := []struct{ name, path, body string }{
		{"english", "/rerank", english},
		{"hebrew", "/rerank", hebrew},
		{"chunks", "/rerank", chunks},
		{"batch", "/rerank/batch", `{"requests":[` + hebrew + `,{"query":"","documents":["a"]},` + chunks + `]}`},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		seen[tt.name+".json"] = true
		t.Run(tt.name, func(t *testing.T) {
			w := post(newServer(t, nil), tt.path, tt.body)
			conforms(t, "POST", tt.path, tt.body, w)
			if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("status %d, headers %v", w.Code, w.Header())
			}
			golden.File(t, *update, filepath.Join(goldens, tt.name+".json"), golden.JSON(t, withoutExchange(bytes.TrimSuffix(w.Body.Bytes(), []byte("\n")))))
		})
	}
	golden.NoStrays(t, goldens, seen)
}

func TestRefusals(t *testing.T) {
	const valid = `{"query":"q","documents":["a"]}`
	tests := []struct {
		name, method, path, contentType, body string
		status                                int
		code                                  api.Code
		field                                 string
	}{
		{"malformed JSON", "POST", "/rerank", "application/json", `{"query":`, 400, api.MalformedJSON, "query"},
		{"empty body", "POST", "/rerank", "application/json", ``, 400, api.MalformedJSON, ""},
		{"unknown field", "POST", "/rerank", "application/json", `{"query":"q","documents":["a"],"k":1}`, 400, api.UnknownField, "k"},
		{"wrong type", "POST", "/rerank", "application/json", `{"query":"q","documents":["a",1]}`, 400, api.WrongType, "documents[1]"},
		{"invalid UTF-8", "POST", "/rerank", "application/json", "{\"query\":\"\xff\"}", 400, api.InvalidUTF8, "query"},
		{"empty query", "POST", "/rerank", "application/json", `{"query":" ","documents":["a"]}`, 422, api.EmptyQuery, "query"},
		{"no documents", "POST", "/rerank", "application/json", `{"query":"q","documents":[]}`, 422, api.NoDocuments, "documents"},
		{"duplicate id", "POST", "/rerank", "application/json", `{"query":"q","documents":[{"id":1,"text":"a"},{"id":1,"text":"b"}]}`, 422, api.DuplicateID, "documents[1].id"},
		{"NaN", "POST", "/rerank", "application/json", `{"query":"q","documents":[{"score":NaN,"text":"a"}]}`, 422, api.NotFinite, "documents[0].score"},
		{"infinite", "POST", "/rerank", "application/json", `{"query":"q","documents":[{"score":1e400,"text":"a"}]}`, 422, api.NotFinite, "documents[0].score"},
		{"too many", "POST", "/rerank", "application/json", `{"query":"q","documents":["a","b","c","d"]}`, 413, api.TooManyDocuments, "documents"},
		{"too long", "POST", "/rerank", "application/json", `{"query":"q","documents":["` + strings.Repeat("x", 51) + `"]}`, 413, api.TooLong, "documents[0].text"},
		{"body too large", "POST", "/rerank", "application/json", `{"query":"` + strings.Repeat("x", 500) + `"}`, 413, api.BodyTooLarge, ""},
		{"batch too large", "POST", "/rerank/batch", "application/json", `{"requests":[` + valid + `,` + valid + `,` + valid + `]}`, 413, api.BatchTooLarge, "requests"},
		{"empty batch", "POST", "/rerank/batch", "application/json", `{"requests":[]}`, 422, api.NoRequests, "requests"},
		{"malformed batch", "POST", "/rerank/batch", "application/json", `{"requests":[{]}`, 400, api.MalformedJSON, "requests[0]"},
		{"wrong method", "GET", "/rerank", "", ``, 405, api.MethodNotAllowed, ""},
		{"wrong method for health", "POST", "/healthz", "application/json", ``, 405, api.MethodNotAllowed, ""},
		{"made-up method", "SMASH", "/rerank", "application/json", valid, 405, api.MethodNotAllowed, ""},
		{"preflight without CORS", "OPTIONS", "/rerank", "", ``, 405, api.MethodNotAllowed, ""},
		{"unknown path", "POST", "/v3/rerank", "application/json", valid, 404, api.NotFound, ""},
		{"no page", "GET", "/", "", ``, 404, api.NotFound, ""},
		{"slash at the end", "POST", "/rerank/", "application/json", valid, 404, api.NotFound, ""},
		{"no content type", "POST", "/rerank", "", valid, 415, api.UnsupportedMediaType, ""},
		{"form", "POST", "/rerank", "application/x-www-form-urlencoded", valid, 415, api.UnsupportedMediaType, ""},
		{"text", "POST", "/rerank", "text/plain", valid, 415, api.UnsupportedMediaType, ""},
		{"other charset", "POST", "/rerank", "application/json; charset=utf-16", valid, 415, api.UnsupportedMediaType, ""},
		{"nonsense content type", "POST", "/rerank", "application/json;;=", valid, 415, api.UnsupportedMediaType, ""},
	}
	s := newServer(t, func(c *Config) {
		c.Limits = api.Limits{BodyBytes: 400, Documents: 3, TextBytes: 50, BatchRequests: 2}
	})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := do(s, tt.method, tt.path, tt.body, "Content-Type", tt.contentType)
			conforms(t, tt.method, tt.path, tt.body, w)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d", w.Code, tt.status)
			}
			if got := errorOf(t, w); got.Code != tt.code || got.Field != tt.field || got.Message == "" {
				t.Errorf("error %+v, want %s at %q", got, tt.code, tt.field)
			}
			if w.Header().Get("X-Request-Id") == "" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers %v", w.Header())
			}
		})
	}
}

func TestContentTypesTaken(t *testing.T) {
	s := newServer(t, nil)
	for _, kind := range []string{"application/json", "Application/JSON", "application/json; charset=utf-8", `application/json;charset="UTF-8"`} {
		if w := do(s, "POST", "/rerank", hebrew, "Content-Type", kind); w.Code != 200 {
			t.Errorf("%s: status %d", kind, w.Code)
		}
	}
	w := post(s, "/rerank", hebrew, "Content-Encoding", "gzip")
	if got := errorOf(t, w); w.Code != 415 || got.Code != api.UnsupportedMediaType {
		t.Errorf("gzip: status %d, %+v", w.Code, got)
	}
}

func TestAllow(t *testing.T) {
	s := newServer(t, nil)
	for path, want := range map[string]string{"/rerank": "POST", "/rerank/batch": "POST", "/healthz": "GET, HEAD", "/metrics": "GET, HEAD"} {
		if got := do(s, "DELETE", path, "").Header().Get("Allow"); got != want {
			t.Errorf("%s: Allow %q, want %q", path, got, want)
		}
	}
}

func TestHealth(t *testing.T) {
	s := newServer(t, nil)
	for path, want := range map[string]string{"/healthz": `{"status":"ok"}`, "/readyz": `{"status":"ready"}`} {
		if w := do(s, "GET", path, ""); w.Code != 200 || strings.TrimSpace(w.Body.String()) != want {
			t.Errorf("%s: status %d, %s", path, w.Code, w.Body)
		}
		if w := do(s, "HEAD", path, ""); w.Code != 200 {
			t.Errorf("HEAD %s: status %d", path, w.Code)
		}
	}
}

func TestRequestID(t *testing.T) {
	s := newServer(t, nil)
	for sent, kept := range map[string]bool{"one": true, "a b": false} {
		if got := do(s, "GET", "/healthz", "", "X-Request-Id", sent).Header().Get("X-Request-Id"); got == "" || (got == sent) != kept {
			t.Errorf("%q is answered %q", sent, got)
		}
	}
}

func TestDegradedHeaders(t *testing.T) {
	degraded := func(ctx context.Context, req *api.Request) (*api.Response, error) {
		r, err := longestFirst(ctx, req)
		r.Degraded, r.Reason = true, "deadline"
		return r, err
	}
	s := newServer(t, func(c *Config) { c.Reranker = rerankFunc(degraded) })
	tests := []struct{ name, path, body string }{
		{"native", "/rerank", hebrew},
		{"chunks", "/rerank", chunks},
		{"batch", "/rerank/batch", `{"requests":[` + chunks + `]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(s, tt.path, tt.body)
			if w.Code != 200 || w.Header().Get("X-Splitrank-Degraded") != "true" || w.Header().Get("X-Splitrank-Reason") != "deadline" {
				t.Errorf("status %d, headers %v", w.Code, w.Header())
			}
		})
	}
	if w := post(newServer(t, nil), "/rerank", hebrew); w.Header().Get("X-Splitrank-Degraded") != "" {
		t.Error("an answer that is not degraded says it is")
	}
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no reranker", func(c *Config) { c.Reranker = nil }, "reranker is missing"},
		{"negative time-out", func(c *Config) { c.ReadTimeout = -1 }, "time-out -1ns is negative"},
		{"negative number", func(c *Config) { c.InFlight = -1 }, "negative"},
		{"negative limit", func(c *Config) { c.Limits.Documents = -1 }, "limit -1 is negative"},
		{"shallow JSON", func(c *Config) { c.Limits.Depth = 2 }, "2 levels of JSON is below 6"},
		{"no room for one body", func(c *Config) { c.InFlightBytes = 1 }, "1 bytes for the bodies in flight do not hold one of 10485760"},
		{"empty key", func(c *Config) { c.APIKeys = []string{"a", ""} }, "API key 2 is empty"},
		{"key with a line break", func(c *Config) { c.APIKeys = []string{"a\nb"} }, "API key 1 is empty or has"},
		{"origin without scheme", func(c *Config) { c.CORSOrigins = []string{"example.com"} }, `CORS origin "example.com" is neither`},
		{"origin with a path", func(c *Config) { c.CORSOrigins = []string{"https://example.com/"} }, "is neither"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := Config{Reranker: rerankFunc(longestFirst)}
			tt.change(&c)
			if _, err := New(c); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// exchange is what an answer says of when and by which id it was given.
var exchange = regexp.MustCompile(`"id":"[A-Z0-9]{26}","created":[0-9]+`)

// withoutExchange has the same id and time in every answer.
func withoutExchange(body []byte) []byte {
	return exchange.ReplaceAll(body, []byte(`"id":"ID","created":1`))
}

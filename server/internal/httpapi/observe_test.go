package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/shared/api"
)

// lines reads a log.
func lines(t *testing.T, b *bytes.Buffer) (all []map[string]any) {
	t.Helper()
	for line := range strings.Lines(b.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, m)
	}
	return all
}

func TestAccessLog(t *testing.T) {
	var b bytes.Buffer
	s := newServer(t, logTo(&b, slog.LevelInfo))
	post(s, "/rerank", hebrew, "X-Request-Id", "one")
	post(s, "/rerank", `{"query":""}`, "X-Request-Id", "two")
	post(s, "/rerank/batch", `{"requests":[`+hebrew+`,`+chunks+`]}`, "X-Request-Id", "three")
	do(s, "GET", "/somewhere/else", "", "X-Request-Id", "four")
	do(s, "GET", "/healthz", "", "X-Request-Id", "five")
	got := lines(t, &b)
	for _, m := range got {
		delete(m, "time")
		delete(m, "duration_ms")
		delete(m, "bytes")
	}
	want := []map[string]any{
		{"level": "INFO", "msg": "request", "request_id": "one", "client": "192.0.2.1", "method": "POST", "route": "/rerank", "status": 200., "documents": 2., "degraded": false},
		{"level": "INFO", "msg": "request", "request_id": "two", "client": "192.0.2.1", "method": "POST", "route": "/rerank", "status": 422., "code": "empty_query"},
		{"level": "INFO", "msg": "request", "request_id": "three", "client": "192.0.2.1", "method": "POST", "route": "/rerank/batch", "status": 200., "requests": 2., "documents": 4., "degraded": false},
		{"level": "INFO", "msg": "request", "request_id": "four", "client": "192.0.2.1", "method": "GET", "route": "unmatched", "status": 404., "code": "not_found"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestAccessLogLevel: what the operator chose is no error.
func TestAccessLogLevel(t *testing.T) {
	for code, want := range map[api.Code]string{api.NoModel: "INFO", api.ShuttingDown: "INFO", api.DeadlineExceeded: "ERROR", api.Internal: "ERROR"} {
		var b bytes.Buffer
		s := newServer(t, func(c *Config) {
			logTo(&b, slog.LevelInfo)(c)
			c.Reranker = rerankFunc(func(context.Context, *api.Request) (*api.Response, error) { return nil, api.NewError(code, "because") })
		})
		post(s, "/rerank", hebrew)
		if got := lines(t, &b); len(got) != 1 || got[0]["level"] != want || got[0]["code"] != string(code) {
			t.Errorf("%s: %v", code, got)
		}
	}
}

// secret stands for whatever a caller may send anywhere.
const secret = "Geheimnis"

func TestLogHoldsNoText(t *testing.T) {
	var b bytes.Buffer
	s := newServer(t, func(c *Config) {
		logTo(&b, slog.LevelInfo)(c)
		c.APIKeys = []string{"key"}
		c.Reranker = rerankFunc(func(ctx context.Context, req *api.Request) (*api.Response, error) {
			switch req.TopK {
			case 1:
				panic("panic about " + req.Query)
			case 2:
				return nil, &api.Error{Code: api.UnknownLanguage, Message: req.Query}
			}
			return longestFirst(ctx, req)
		})
	})
	for _, body := range []string{
		`{"query":"` + secret + `","documents":["` + secret + `"]}`,
		`{"query":"` + secret + `","documents":["a"],"top_k":1}`,
		`{"query":"` + secret + `","documents":["a"],"top_k":2}`,
		`{"query":"q","` + secret + `":1}`, secret, `{"query":"q","documents":[{"id":"` + secret + `","text":"a"},{"id":"` + secret + `","text":"a"}]}`,
		`{"query":"q","documents":["a"],"pipeline":"` + secret + `"}`, `{"query":"q","documents":[{"text":"a","` + secret + `":1,"` + secret + `":1}]}`,
	} {
		post(s, "/rerank", body, "Authorization", "Bearer key")
		post(s, "/rerank/batch", `{"requests":[`+body+`]}`, "Authorization", "Bearer key")
	}
	do(s, "GET", "/"+secret+"?"+secret, "")
	do(s, secret, "/rerank", "")
	post(s, "/rerank", hebrew, "Authorization", "Bearer "+secret, "User-Agent", secret, "X-Request-Id", secret+" ")
	if b.Len() == 0 || strings.Contains(b.String(), secret) {
		t.Errorf("the log is empty or quotes a caller:\n%s", b.String())
	}
}

func TestInternalErrors(t *testing.T) {
	tests := []struct {
		name   string
		rerank rerankFunc
		logged string
	}{
		{"error", func(context.Context, *api.Request) (*api.Response, error) {
			return nil, fmt.Errorf("scoring: %w", errors.New("out of order"))
		}, "scoring: out of order"},
		{"panic", func(_ context.Context, req *api.Request) (*api.Response, error) {
			req.Documents[len(req.Query)].Text = ""
			return nil, nil
		}, "index out of range"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			s := newServer(t, func(c *Config) { logTo(&b, slog.LevelError)(c); c.Reranker = tt.rerank })
			w := post(s, "/rerank", hebrew, "X-Request-Id", "one")
			if got := errorOf(t, w); w.Code != 500 || got.Code != api.Internal || strings.Contains(got.Message, tt.logged) {
				t.Errorf("status %d, %+v", w.Code, got)
			}
			first := lines(t, &b)[0]
			if first["request_id"] != "one" || !strings.Contains(first["error"].(string), tt.logged) {
				t.Errorf("log: %v", first)
			}
			w = post(s, "/rerank/batch", `{"requests":[`+hebrew+`]}`)
			if w.Code != 200 || !strings.Contains(w.Body.String(), `"code":"internal"`) {
				t.Errorf("batch: status %d, %s", w.Code, w.Body)
			}
		})
	}
}

func TestPanicAfterTheAnswerBegan(t *testing.T) {
	s := newServer(t, nil)
	h := s.withRecord(s.observe(s.recoverer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(200)
		panic("too late")
	}))))
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("panic %v, want the connection broken off", p)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

func TestMetrics(t *testing.T) {
	s := newServer(t, nil)
	post(s, "/rerank", hebrew)
	post(s, "/rerank", `{`)
	post(s, "/rerank/batch", `{"requests":[`+hebrew+`,`+chunks+`]}`)
	do(s, "GET", "/made/up", "")
	got := do(s, "GET", "/metrics", "").Body.String()
	for _, want := range []string{
		`splitrank_http_requests_total{route="/rerank",status="200"} 1`,
		`splitrank_http_requests_total{route="/rerank",status="400"} 1`,
		`splitrank_http_requests_total{route="unmatched",status="404"} 1`,
		`splitrank_http_request_duration_seconds_count{route="/rerank"} 2`,
		`splitrank_request_documents_count 3`, `splitrank_request_documents_sum 6`,
		`splitrank_build_info{go_version="go`, `scorer="length",version="v1.2.3"} 1`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, "made/up") {
		t.Error("a metric is labelled with a path that a caller made up")
	}
}

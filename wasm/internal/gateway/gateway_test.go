package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

func TestHeuristicAnswersAtOnce(t *testing.T) {
	g, o := behind(t, model, nil)
	r := answerOf(t, post(g, question(map[string]any{"pipeline": "heuristic", "top_k": 2}, bread...)))
	if len(o.seen) != 0 || r.Degraded || r.Model != api.ModelNone || r.Scorer != heuristics.Version+"+en" || r.Usage.Trimmed != 0 {
		t.Errorf("%d questions to the origin; %+v", len(o.seen), r)
	}
	if diff := cmp.Diff([]int{2, 0}, order(r)); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutOrigin(t *testing.T) {
	g := newGateway(t, nil)
	if r := answerOf(t, post(g, question(nil, bread...))); r.Degraded || order(r)[0] != 2 {
		t.Errorf("%+v", r)
	}
	for _, options := range []map[string]any{{"pipeline": "cascade"}, {"pipeline": "cross-encoder"}, {"model": "m"}} {
		w := post(g, question(options, bread...))
		if e := errorOf(t, w); w.Code != 503 || e.Code != api.NoModel {
			t.Errorf("%v: %+v", options, e)
		}
	}
}

// TestMerge: what the origin scored comes first, in its order and with its
// scores; all keep the heuristic scores of the edge.
func TestMerge(t *testing.T) {
	g, o := behind(t, model, nil)
	alone := answerOf(t, post(g, question(map[string]any{"pipeline": "heuristic"}, bread...)))
	r := answerOf(t, post(g, question(map[string]any{"budget": map[string]any{"documents": 2}}, bread...)))
	if diff := cmp.Diff([]int{0, 2, 1, 3}, order(r)); diff != "" {
		t.Fatal(diff)
	}
	for i, result := range r.Results {
		at := slices.IndexFunc(alone.Results, func(h api.Result) bool { return h.Index == result.Index })
		if want := alone.Results[at].HeuristicScore; result.HeuristicScore != want || result.Rank != i+1 {
			t.Errorf("document %d: %+v, want heuristic score %v", result.Index, result, want)
		}
		if i > 0 && result.RelevanceScore > r.Results[i-1].RelevanceScore {
			t.Errorf("result %d rises", i)
		}
	}
	if r.Results[0].ScoredBy != "cross-encoder" || r.Results[0].RelevanceScore != 0.5 || r.Results[2].ScoredBy != "heuristic" || r.Results[2].Logit != nil {
		t.Errorf("%+v", r.Results)
	}
	if diff := cmp.Diff(api.Usage{Documents: 4, Scored: 2, Trimmed: 2, Tokens: 20}, r.Usage); diff != "" {
		t.Error(diff)
	}
	if r.Model != "m" || r.Scorer != heuristics.Version+"+en" || r.Timings.Inference != 8 || r.Degraded {
		t.Errorf("%+v", r)
	}
	if len(o.seen) != 1 {
		t.Errorf("%d questions", len(o.seen))
	}
}

// TestForwardsNoMore: the origin sees the texts that were kept and what it
// needs to score them.
func TestForwardsNoMore(t *testing.T) {
	g, o := behind(t, model, nil)
	body := question(map[string]any{
		"budget": map[string]any{"documents": 2, "deadline_ms": 5000}, "explain": true, "return_documents": true, "top_k": 1, "language": "en", "model": "m",
	}, bread...)
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	w := post(g, body, "X-Request-Id", "id-1", "Traceparent", parent, "Tracestate", "a=b", "Authorization", "Bearer secret", "Cookie", "c=d")
	if r := answerOf(t, w); len(r.Results) != 1 || w.Header().Get(wire.HeaderRequestID) != "id-1" {
		t.Errorf("%+v, headers %v", r, w.Header())
	}
	q := o.seen[0]
	const want = `{"query":"shaped dough in the fridge","documents":[{"text":"The fridge keeps your starter asleep.","rank":1},{"title":"Rest","text":"Shaped dough goes into the fridge and rests.","rank":3}],` +
		`"pipeline":"cross-encoder","budget":{"documents":2,"deadline_ms":5000},"language":"en","explain":true,"model":"m"}`
	if diff := cmp.Diff(want, string(q.Body)); diff != "" {
		t.Error(diff)
	}
	headers := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}, "X-Request-Id": {"id-1"}, "Traceparent": {parent}, "Tracestate": {"a=b"}}
	if diff := cmp.Diff(headers, q.Header); diff != "" {
		t.Error(diff)
	}
	if q.LeftMS != 5000 || q.Path != "/rerank" {
		t.Errorf("%+v", q)
	}
}

// TestTokens: only a cascade takes what a budget of tokens holds.
func TestTokens(t *testing.T) {
	for p, want := range map[string]string{"cascade": `"pipeline":"cascade","budget":{"documents":2,"tokens":900,`, "cross-encoder": `"pipeline":"cross-encoder","budget":{"documents":4,"tokens":900,`} {
		g, o := behind(t, model, nil)
		documents := map[string]int{"cascade": 2, "cross-encoder": 4}[p]
		answerOf(t, post(g, question(map[string]any{"pipeline": p, "budget": map[string]any{"tokens": 900, "documents": documents}}, bread...)))
		if !bytes.Contains(o.seen[0].Body, []byte(want)) {
			t.Errorf("%s: asked %s", p, o.seen[0].Body)
		}
	}
}

func TestKeep(t *testing.T) {
	for _, tt := range []struct {
		name   string
		keep   int
		budget map[string]any
		want   int
	}{
		{"the edge's", 2, nil, 2},
		{"the caller's is tighter", 3, map[string]any{"documents": 1}, 1},
		{"the caller's is wider", 2, map[string]any{"documents": 4}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, _ := behind(t, model, func(c *Config) { c.Keep = tt.keep })
			options := map[string]any{}
			if tt.budget != nil {
				options["budget"] = tt.budget
			}
			if r := answerOf(t, post(g, question(options, bread...))); r.Usage.Scored != tt.want || len(r.Results) != len(bread) {
				t.Errorf("%+v", r.Usage)
			}
		})
	}
}

func TestCrossEncoderKeepsAll(t *testing.T) {
	g, o := behind(t, model, func(c *Config) { c.Keep = 1 })
	r := answerOf(t, post(g, question(map[string]any{"pipeline": "cross-encoder"}, bread...)))
	if r.Usage.Scored != 4 || !bytes.Contains(o.seen[0].Body, []byte(`"pipeline":"cross-encoder"`)) || bytes.Contains(o.seen[0].Body, []byte(`"documents":4`)) {
		t.Errorf("%+v; asked %s", r.Usage, o.seen[0].Body)
	}
}

// results of an origin that lies.
func results(list string) http.HandlerFunc {
	return text(200, `{"results":[`+list+`],"model":"m"}`)
}

func text(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func fails(code api.Code, field string) http.HandlerFunc {
	e := &api.Error{Code: code, Message: "because", Field: field}
	return text(e.Status(), string(api.AppendError(nil, e)))
}

// never reads the body first: until then a server does not see its caller go.
func never(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func abort(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func truncated(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "5000")
	_, _ = w.Write([]byte(`{"results":[{"index":0,`))
	panic(http.ErrAbortHandler)
}

func stalls(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(`{"results":[{"index":0,`))
	_ = http.NewResponseController(w).Flush()
	never(w, r)
}

func scored(index int, relevance string) string {
	return fmt.Sprintf(`{"index":%d,"relevance_score":%s,"scored_by":"cross-encoder","logit":1}`, index, relevance)
}

// TestOriginFails: whatever it does, the answer is the heuristics' own, and a
// strict caller gets an error instead.
func TestOriginFails(t *testing.T) {
	zero, one := scored(0, "0.5"), scored(1, "0.25")
	tests := []struct {
		name   string
		origin http.HandlerFunc
		reason string
		code   api.Code // for a strict caller
	}{
		{"never answers", never, api.ReasonDeadline, api.DeadlineExceeded},
		{"stalls within its answer", stalls, api.ReasonDeadline, api.DeadlineExceeded},
		{"closes the connection", abort, api.ReasonOrigin, api.OriginFailed},
		{"cut off", truncated, api.ReasonOrigin, api.OriginFailed},
		{"full", fails(api.Overloaded, ""), api.ReasonOverload, api.Overloaded},
		{"has no model", fails(api.NoModel, "pipeline"), api.ReasonModel, api.NoModel},
		{"internal error", fails(api.Internal, ""), api.ReasonOrigin, api.OriginFailed},
		{"shutting down", fails(api.ShuttingDown, ""), api.ReasonOrigin, api.OriginFailed},
		{"does not know the edge", fails(api.Unauthorized, ""), api.ReasonOrigin, api.OriginFailed},
		{"does not know a field", fails(api.UnknownField, "truncation"), api.ReasonOrigin, api.OriginFailed},
		{"a gateway's page", text(502, "<html>bad gateway</html>"), api.ReasonOrigin, api.OriginFailed},
		{"moved", text(301, ""), api.ReasonOrigin, api.OriginFailed},
		{"no JSON", text(200, "<html>"), api.ReasonOrigin, api.OriginFailed},
		{"empty", text(200, ""), api.ReasonOrigin, api.OriginFailed},
		{"an array", text(200, "[]"), api.ReasonOrigin, api.OriginFailed},
		{"too long", text(200, `{"results":"`+strings.Repeat("x", 20_000)+`"}`), api.ReasonOrigin, api.OriginFailed},
		{"too few results", results(zero), api.ReasonOrigin, api.OriginFailed},
		{"too many results", results(zero + "," + one + "," + scored(2, "0")), api.ReasonOrigin, api.OriginFailed},
		{"a document twice", results(zero + "," + zero), api.ReasonOrigin, api.OriginFailed},
		{"a document that is none", results(zero + "," + scored(2, "0")), api.ReasonOrigin, api.OriginFailed},
		{"no index", results(zero + `,{"relevance_score":0}`), api.ReasonOrigin, api.OriginFailed},
		{"above 1", results(scored(0, "1.5") + "," + one), api.ReasonOrigin, api.OriginFailed},
		{"rising", results(one + "," + scored(0, "0.3")), api.ReasonOrigin, api.OriginFailed},
		{"scored without a logit", results(zero + `,{"index":1,"relevance_score":0,"scored_by":"cross-encoder"}`), api.ReasonOrigin, api.OriginFailed},
	}
	options := map[string]any{"budget": map[string]any{"documents": 2}, "explain": true}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, o := behind(t, tt.origin, func(c *Config) { c.Limits.BodyBytes = 10_000 })
			if tt.reason == api.ReasonDeadline {
				o.most = 20 * time.Millisecond
			}
			w := post(g, question(options, bread...))
			r := answerOf(t, w)
			if !r.Degraded || r.Reason != tt.reason || w.Header().Get(wire.HeaderReason) != tt.reason || r.Usage.Trimmed != 4 {
				t.Errorf("degraded %v, reason %q, usage %+v", r.Degraded, r.Reason, r.Usage)
			}
			alone := answerOf(t, post(g, question(map[string]any{"pipeline": "heuristic"}, bread...)))
			if diff := cmp.Diff(alone.Results, r.Results); diff != "" {
				t.Error(diff)
			}
			w = post(g, question(map[string]any{"budget": map[string]any{"documents": 2}, "strict": true}, bread...))
			if e := errorOf(t, w); e.Code != tt.code || w.Code != tt.code.Status() {
				t.Errorf("strict: status %d, %+v", w.Code, e)
			}
			if tt.code == api.Overloaded && w.Header().Get("Retry-After") != "7" {
				t.Errorf("headers %v", w.Header())
			}
		})
	}
}

func TestOriginIsDown(t *testing.T) {
	g, o := behind(t, model, nil)
	up := o.url
	o.url = "http://127.0.0.1:1"
	if r := answerOf(t, post(g, question(nil, bread...))); r.Reason != api.ReasonOrigin {
		t.Errorf("%+v", r)
	}
	o.url = up
	if r := answerOf(t, post(g, question(nil, bread...))); r.Degraded {
		t.Errorf("it did not recover: %+v", r)
	}
}

// TestOriginInterleaves: what waits for its score stands between what has one.
func TestOriginInterleaves(t *testing.T) {
	waiting := func(index int, relevance string) string {
		return fmt.Sprintf(`{"index":%d,"relevance_score":%s,"scored_by":"heuristic"}`, index, relevance)
	}
	g, _ := behind(t, results(waiting(0, "0.75")+","+scored(2, "0.5")+","+waiting(1, "0.25")), nil)
	r := answerOf(t, post(g, question(map[string]any{"budget": map[string]any{"documents": 3}}, bread...)))
	if diff := cmp.Diff([]int{0, 2, 1, 3}, order(r)); diff != "" {
		t.Error(diff)
	}
	if first, second := r.Results[0], r.Results[1]; first.Logit != nil || first.RelevanceScore != 0.75 || second.Logit == nil || second.RelevanceScore != 0.5 {
		t.Errorf("%+v", r.Results)
	}
}

// TestCalibration of the origin's is the answer's.
func TestCalibration(t *testing.T) {
	g, _ := behind(t, text(200, `{"results":[`+scored(0, "0.5")+`],"model":"m","calibration":"c"}`), nil)
	if r := answerOf(t, post(g, question(map[string]any{"budget": map[string]any{"documents": 1}}, bread...))); r.Calibration != "c" {
		t.Errorf("%+v", r)
	}
}

// TestCallersFault: what a caller can do something about is told, strict or
// not, and is no news for the log.
func TestCallersFault(t *testing.T) {
	for _, tt := range []struct {
		code        api.Code
		field, want string
	}{
		{api.UnknownModel, "model", "model"},
		{api.TooLong, "query", "query"},
		{api.OutOfRange, "truncation.windows.stride", "truncation.windows.stride"},
		{api.OutOfRange, "budget.tokens", "budget.tokens"},
		{api.TooLong, "documents[1].text", ""}, // counted anew by the edge
	} {
		t.Run(tt.field, func(t *testing.T) {
			g, _ := behind(t, fails(tt.code, tt.field), func(c *Config) {
				c.Failed = func(_ context.Context, err error) { t.Errorf("the log hears %v", err) }
			})
			w := post(g, question(nil, bread...))
			if e := errorOf(t, w); e.Code != tt.code || e.Field != tt.want || w.Code != tt.code.Status() {
				t.Errorf("status %d, %+v", w.Code, e)
			}
		})
	}
}

// TestOriginDegrades: what the origin scored in time counts.
func TestOriginDegrades(t *testing.T) {
	g, _ := behind(t, text(200, `{"results":[`+scored(1, "0.5")+`,{"index":0,"relevance_score":0.1,"scored_by":"heuristic"}],"model":"m","degraded":true,"reason":"deadline","usage":{"scored":1,"trimmed":1}}`), nil)
	r := answerOf(t, post(g, question(map[string]any{"budget": map[string]any{"documents": 2}}, bread...)))
	if !r.Degraded || r.Reason != "deadline" || r.Usage.Scored != 1 || r.Usage.Trimmed != 3 || r.Results[0].Index != 2 || r.Results[1].ScoredBy != "heuristic" {
		t.Errorf("%+v", r)
	}
}

func TestChunks(t *testing.T) {
	g, _ := behind(t, never, func(c *Config) { c.Origin.(*httpOrigin).most = 10 * time.Millisecond })
	w := post(g, `{"query":"dough","chunks":[{"id":"x","text":"oven"},{"id":7,"text":"dough"}],"top_k":1}`)
	var got []struct {
		ID    int     `json:"chunk_id"`
		Score float64 `json:"rerank_score"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got) != 1 || got[0].ID != 7 {
		t.Errorf("%s, error %v", w.Body, err)
	}
	if w.Header().Get(wire.HeaderDegraded) != "true" {
		t.Errorf("headers %v", w.Header())
	}
}

func TestNoTimeLeft(t *testing.T) {
	g, o := behind(t, model, nil)
	o.most = 0
	if r := answerOf(t, post(g, question(nil, bread...))); r.Reason != api.ReasonDeadline || len(o.seen) != 0 {
		t.Errorf("%+v", r)
	}
}

// TestTimePasses: how much is left is asked just before the origin is.
func TestTimePasses(t *testing.T) {
	g, o := behind(t, model, nil)
	g.config.Cache = getFunc(func() { o.most = 700 * time.Millisecond })
	answerOf(t, post(g, question(nil, bread...)))
	if q := o.seen[0]; q.LeftMS != 700 || !bytes.Contains(q.Body, []byte(`"deadline_ms":700`)) {
		t.Errorf("%d ms left: %s", q.LeftMS, q.Body)
	}
	g.config.Cache = getFunc(func() { o.most = 0 })
	if r := answerOf(t, post(g, question(nil, bread...))); r.Reason != api.ReasonDeadline || len(o.seen) != 1 {
		t.Errorf("%+v, %d questions", r, len(o.seen))
	}
}

// getFunc is an empty cache in which something happens.
type getFunc func()

func (f getFunc) Get(context.Context, []byte) ([]byte, bool) { f(); return nil, false }
func (getFunc) Put(context.Context, []byte, []byte)          {}

func TestRefusals(t *testing.T) {
	const body = `{"query":"q","documents":["a"]}`
	g := newGateway(t, func(c *Config) { c.Limits.BodyBytes = 200; c.Limits.Documents = 3 })
	for _, tt := range []struct {
		name, method, path, body string
		code                     api.Code
		header                   []string
	}{
		{"path", "POST", "/", body, api.NotFound, nil},
		{"method", "GET", "/rerank", "", api.MethodNotAllowed, nil},
		{"method of health", "POST", "/healthz", "", api.MethodNotAllowed, nil},
		{"media type", "POST", "/rerank", body, api.UnsupportedMediaType, []string{"Content-Type", "text/plain"}},
		{"compressed", "POST", "/rerank", body, api.UnsupportedMediaType, []string{"Content-Encoding", "gzip"}},
		{"too large", "POST", "/rerank", strings.Repeat(" ", 201), api.BodyTooLarge, nil},
		{"too many", "POST", "/rerank", `{"query":"q","documents":["a","b","c","d"]}`, api.TooManyDocuments, nil},
		{"empty", "POST", "/rerank", "", api.MalformedJSON, nil},
		{"unknown field", "POST", "/rerank", `{"q":1}`, api.UnknownField, nil},
		{"unknown language", "POST", "/rerank", `{"query":"q","documents":["a"],"language":"xx"}`, api.UnknownLanguage, nil},
		{"empty batch", "POST", "/rerank/batch", `{"requests":[]}`, api.NoRequests, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := do(g, tt.method, tt.path, tt.body, tt.header...)
			if e := errorOf(t, w); e.Code != tt.code || w.Code != tt.code.Status() {
				t.Errorf("status %d, %+v", w.Code, e)
			}
			if tt.code == api.MethodNotAllowed && w.Header().Get("Allow") == "" {
				t.Error("it does not say what is allowed")
			}
		})
	}
	unknownLength := newGateway(t, func(c *Config) { c.Limits.BodyBytes = 10 })
	r, _ := http.NewRequest("POST", "/rerank", struct{ *strings.Reader }{strings.NewReader(body)})
	r.Header.Set("Content-Type", "application/json")
	w := do(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { unknownLength.ServeHTTP(w, r) }), "POST", "/", "")
	if w.Code != 413 {
		t.Errorf("a longer body of unknown length: status %d", w.Code)
	}
}

// The second of two equal documents makes room: for the heuristics here, for a
// model at the origin, whose order and scores stand.
func TestDiversity(t *testing.T) {
	diverse := func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"results":[
			{"index":0,"relevance_score":0.9,"scored_by":"cross-encoder","logit":2},
			{"index":2,"relevance_score":0.3,"scored_by":"cross-encoder","logit":-1},
			{"index":1,"relevance_score":0.85,"scored_by":"cross-encoder","logit":1.9}],
			"model":"m","usage":{"documents":3,"scored":3},"timings_ms":{"total":1}}`)
	}
	for p, scores := range map[api.Pipeline][]float64{api.Heuristic: nil, api.Cascade: {0.9, 0.3, 0.85}, api.CrossEncoder: {0.9, 0.3, 0.85}} {
		t.Run(string(p), func(t *testing.T) {
			g, origin := behind(t, diverse, nil)
			a := answerOf(t, post(g, question(map[string]any{"diversity": 0.9, "pipeline": p}, "Shaped dough rests in the fridge.", "Shaped dough rests in the fridge.", "The fridge keeps your starter asleep.")))
			if got := order(a); !slices.Equal(got, []int{0, 2, 1}) || a.Degraded {
				t.Errorf("%v, degraded %v", got, a.Degraded)
			}
			for i, want := range scores {
				if got := a.Results[i].RelevanceScore; got != want {
					t.Errorf("place %d has %v, want %v", i+1, got, want)
				}
			}
			for _, q := range origin.seen {
				if !bytes.Contains(q.Body, []byte(`"diversity":0.9`)) {
					t.Errorf("the origin is asked without it: %s", q.Body)
				}
			}
		})
	}
}

func TestKeysAndCORS(t *testing.T) {
	g := newGateway(t, func(c *Config) {
		c.APIKeys, c.CORSOrigins = []string{"one", "two"}, []string{"https://app.example.com"}
	})
	body := question(nil, bread...)
	for key, want := range map[string]int{"": 401, "Bearer one": 200, "Bearer two": 200, "Bearer three": 401} {
		if w := post(g, body, "Authorization", key); w.Code != want {
			t.Errorf("%q: status %d", key, w.Code)
		}
	}
	if w := do(g, "GET", "/healthz", ""); w.Code != 200 {
		t.Errorf("health: status %d", w.Code)
	}
	w := do(g, "OPTIONS", "/rerank", "", "Origin", "https://app.example.com", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
	if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "https://app.example.com" {
		t.Errorf("preflight: status %d, headers %v", w.Code, w.Header())
	}
	if w := post(g, body, "Origin", "https://evil.example.com", "Authorization", "Bearer one"); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers %v", w.Header())
	}
}

type limiterFunc func(client string) bool

func (f limiterFunc) Allow(_ context.Context, client string) bool { return f(client) }

func TestLimiter(t *testing.T) {
	left := map[string]int{"192.0.2.1:1234": 1}
	g := newGateway(t, func(c *Config) {
		c.Limiter = limiterFunc(func(client string) bool { left[client]--; return left[client] >= 0 })
	})
	if w := post(g, question(nil, bread...)); w.Code != 200 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if w := post(g, question(nil, bread...)); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, headers %v", w.Code, w.Header())
	}
}

func TestPanic(t *testing.T) {
	var heard error
	g := newGateway(t, func(c *Config) {
		c.Limiter = limiterFunc(func(string) bool { panic("a text of the caller's") })
		c.Failed = func(_ context.Context, err error) { heard = err }
	})
	w := post(g, question(nil, bread...))
	if e := errorOf(t, w); e.Code != api.Internal || heard == nil || strings.Contains(heard.Error()+e.Message, "caller's") {
		t.Errorf("%+v, heard %v", e, heard)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"an empty key": {APIKeys: []string{""}}, "a path for an origin": {CORSOrigins: []string{"https://a/b"}},
		"a negative limit": {Limits: api.Limits{Documents: -1}}, "a negative number": {Keep: -1},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

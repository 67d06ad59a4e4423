package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/english"
	"github.com/splitrank/splitrank/shared/api"
)

// httpOrigin is an Origin over net/http, as the shell's is over fetch.
type httpOrigin struct {
	url  string
	most time.Duration // what the origin is given
	seen []Question
}

func (o *httpOrigin) Left(_ context.Context, deadlineMS int) int {
	if most := int(o.most.Milliseconds()); deadlineMS == 0 || deadlineMS > most {
		return most
	}
	return deadlineMS
}

func (o *httpOrigin) Ask(ctx context.Context, q Question) (*Answer, error) {
	o.seen = append(o.seen, q)
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(q.LeftMS)*time.Millisecond, ErrDeadline)
	r, err := http.NewRequestWithContext(ctx, "POST", o.url+q.Path, bytes.NewReader(q.Body))
	if err != nil {
		cancel()
		return nil, err
	}
	r.Header = q.Header
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		defer cancel()
		return nil, inTime(ctx, err)
	}
	return &Answer{res.StatusCode, res.Header, &timedBody{res.Body, ctx, cancel}}, nil
}

// inTime is ErrDeadline where that is the cause.
func inTime(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), ErrDeadline) {
		return ErrDeadline
	}
	return err
}

type timedBody struct {
	io.ReadCloser
	ctx    context.Context
	cancel func()
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = inTime(b.ctx, err)
	}
	return n, err
}

func (b *timedBody) Close() error {
	b.cancel()
	return b.ReadCloser.Close()
}

const generous = time.Minute

// behind makes a gateway before an origin that answers like h.
func behind(t *testing.T, h http.HandlerFunc, change func(*Config)) (*Gateway, *httpOrigin) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	o := &httpOrigin{url: srv.URL, most: generous}
	return newGateway(t, func(c *Config) {
		c.Origin = o
		if change != nil {
			change(c)
		}
	}), o
}

func newGateway(t testing.TB, change func(*Config)) *Gateway {
	t.Helper()
	c := Config{Stemmers: []heuristics.Stemmer{english.Stemmer()}}
	if change != nil {
		change(&c)
	}
	g, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func do(h http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func post(h http.Handler, body string, headers ...string) *httptest.ResponseRecorder {
	return do(h, "POST", "/rerank", body, headers...)
}

// answerOf reads a native answer of status 200.
func answerOf(t *testing.T, w *httptest.ResponseRecorder) *api.Response {
	t.Helper()
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	r, err := api.DecodeResponse(w.Body.Bytes())
	if err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return r
}

func errorOf(t *testing.T, w *httptest.ResponseRecorder) *api.Error {
	t.Helper()
	e, err := api.DecodeError(w.Body.Bytes())
	if err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return e
}

// model is an origin that gives document i of its question the logit -i, so
// that it turns the order of the heuristics into that of the question.
func model(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	req, err := api.DecodeRequest(body, api.Limits{})
	if err != nil {
		http.Error(w, string(api.AppendError(nil, err.(*api.Error))), err.(*api.Error).Status())
		return
	}
	_, _ = w.Write(api.AppendResponse(nil, judged(req)))
}

func judged(req *api.Request) *api.Response {
	a := &api.Response{Model: "m", Scorer: "h1+other", Language: "en", Timings: api.Timings{Total: 9, Queue: 1, Inference: 8}}
	for i := range req.Documents {
		logit := float64(-i)
		a.Results = append(a.Results, api.Result{
			Index: i, Rank: i + 1, RelevanceScore: 1 / float64(i+2), ScoredBy: string(api.CrossEncoder), HeuristicScore: 0.125, Logit: &logit,
		})
	}
	a.Usage = api.Usage{Documents: len(a.Results), Scored: len(a.Results), Tokens: 10 * len(a.Results)}
	return a
}

// question is a native request with these documents and options.
func question(options map[string]any, documents ...any) string {
	body := map[string]any{"query": "shaped dough in the fridge", "documents": documents}
	for k, v := range options {
		body[k] = v
	}
	out, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// bread: the words prefer 2, then 0.
var bread = []any{
	map[string]any{"id": "a", "text": "The fridge keeps your starter asleep.", "page": 7},
	map[string]any{"id": "b", "text": "Turn the oven on an hour before."},
	map[string]any{"id": "c", "title": "Rest", "text": "Shaped dough goes into the fridge and rests."},
	map[string]any{"id": "d", "text": "Flour, water, salt."},
}

func order(r *api.Response) (list []int) {
	for _, result := range r.Results {
		list = append(list, result.Index)
	}
	return list
}

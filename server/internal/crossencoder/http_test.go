package crossencoder

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/modelserving"
)

// handler serves a model over HTTP.
func handler(t *testing.T, m *Model, parallel int) http.Handler {
	t.Helper()
	server, err := httpapi.New(httpapi.Config{Reranker: engineOf(t, m, nil), BatchParallel: parallel})
	if err != nil {
		t.Fatal(err)
	}
	return server.Handler()
}

func post(t *testing.T, h http.Handler, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(w, r)
	return w
}

// TestBatchesAreShared: what waits while the model runs, runs together.
func TestBatchesAreShared(t *testing.T) {
	const requests = 8
	var ran runs
	m, g := gated(t, Options{Hooks: modelserving.Hooks{Ran: ran.add}})
	h := handler(t, m, requests)
	var list []string
	for i := range requests {
		list = append(list, fmt.Sprintf(`{"query":"how do plants make food","documents":["water","light %d"]}`, i))
	}
	answer := make(chan *httptest.ResponseRecorder, 1)
	go func() { answer <- post(t, h, "/rerank/batch", `{"requests":[`+strings.Join(list, ",")+`]}`) }()
	await(func() bool { return m.Stats().Requests == requests })
	g.release()
	w := <-answer
	if w.Code != 200 || strings.Count(w.Body.String(), `"scored_by":"cross-encoder"`) != 2*requests {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	pairs, shared := 0, 0
	for _, r := range ran.list {
		pairs += r.Pairs
		shared = max(shared, r.Requests)
	}
	if pairs != 2*requests || len(ran.list) > 3 || shared < requests-1 {
		t.Errorf("%d runs of %d pairs, at most %d requests in one", len(ran.list), pairs, shared)
	}
}

// TestFullQueueOverHTTP: 429 says when to come back, and lets the others be.
func TestFullQueueOverHTTP(t *testing.T) {
	m, g := gated(t, Options{QueueTokens: 12, BatchTokens: 5})
	h := handler(t, m, 1)
	const body = `{"query":"water","documents":["light","sugar"],"strict":true}`
	first, second := make(chan int, 1), make(chan int, 1)
	go func() { first <- post(t, h, "/rerank", body).Code }()
	await(func() bool { return m.Stats().Running == 1 })
	go func() { second <- post(t, h, "/rerank", `{"query":"water","documents":["light"]}`).Code }()
	await(func() bool { return m.Stats().Requests == 2 })
	w := post(t, h, "/rerank", body)
	if seconds := w.Header().Get("Retry-After"); w.Code != 429 || seconds == "" || seconds == "0" {
		t.Errorf("status %d, headers %v: %s", w.Code, w.Header(), w.Body)
	}
	g.release()
	if a, b := <-first, <-second; a != 200 || b != 200 {
		t.Errorf("those before: status %d and %d", a, b)
	}
}

// TestHangUp: what nobody waits for leaves the queue, and ends a run of its own.
func TestHangUp(t *testing.T) {
	m, g := gated(t, Options{})
	h := handler(t, m, 1)
	ctx, hangUp := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/rerank", strings.NewReader(`{"query":"water","documents":["light"]}`))
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}()
	await(func() bool { return m.Stats().Running == 1 })
	hangUp()
	<-done
	await(func() bool { return m.Stats() == batch.Stats{} })
	g.release()
	if w := post(t, h, "/rerank", `{"query":"water","documents":["light"]}`); w.Code != 200 {
		t.Errorf("the next request: status %d: %s", w.Code, w.Body)
	}
}

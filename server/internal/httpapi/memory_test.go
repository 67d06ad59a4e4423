package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// TestAnswersCount: a request whose answer does not fit is refused before it is
// ranked, and what alone is too much is said to be that.
func TestAnswersCount(t *testing.T) {
	ranked := 0
	s := newServer(t, func(c *Config) {
		c.Limits.BodyBytes, c.InFlightBytes = 200_000, 1_000_000
		c.Reranker = rerankFunc(func(ctx context.Context, req *api.Request) (*api.Response, error) {
			ranked++
			return longestFirst(ctx, req)
		})
	})
	text := strings.Repeat("a ", 10_000)
	for _, tt := range []struct {
		name, path, body string
		status           int
	}{
		{"plain", "/rerank", `{"query":"a","documents":["` + text + `"]}`, 200},
		{"explained", "/rerank", `{"query":"a","explain":true,"documents":["` + text + `"]}`, 413},
		{"diverse", "/rerank", `{"query":"a","diversity":0.5,"documents":["` + text + text + text + `"]}`, 413},
		{"one of a batch", "/rerank/batch", `{"requests":[{"query":"a","explain":true,"documents":["` + text + `"]}]}`, 413},
		{"a plain batch", "/rerank/batch", `{"requests":[{"query":"a","documents":["` + text + `"]},{"query":"b","documents":["b"]}]}`, 200},
	} {
		before := ranked
		w := post(s, tt.path, tt.body)
		if w.Code != tt.status || (ranked > before) != (tt.status == 200) {
			t.Errorf("%s: status %d, ranked %d: %.200s", tt.name, w.Code, ranked-before, w.Body)
		}
		if tt.status == 413 {
			if e := errorOf(t, w); e.Code != api.DocumentsTooLarge || e.Field != "documents" {
				t.Errorf("%s: %+v", tt.name, e)
			}
		}
		if held := s.memory.Held(); held != 0 {
			t.Errorf("%s: %d bytes are still held", tt.name, held)
		}
	}
}

// TestAnswersCountTogether: what others' answers take is not there, and is again
// when they are written.
func TestAnswersCountTogether(t *testing.T) {
	g := newGate()
	l := start(t, newServer(t, func(c *Config) {
		c.Reranker, c.Limits.BodyBytes, c.InFlightBytes = g, 100_000, 200_000
	}))
	first, second := g.begin(t.Context(), l), g.begin(t.Context(), l)
	refused := l.send(t.Context(), hebrew)
	wantError(t, refused, 429, api.Overloaded)
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	close(g.open)
	for _, c := range []<-chan answer{first, second} {
		if a := <-c; a.status != 200 {
			t.Errorf("admitted: %+v", a)
		}
	}
	if held := l.memory.Held(); held != 0 {
		t.Errorf("%d bytes are still held", held)
	}
}

// blocked is a ResponseWriter whose reader takes nothing until released; it says
// when it is waited for.
type blocked struct {
	*httptest.ResponseRecorder
	once             sync.Once
	waiting, release chan struct{}
}

func (b *blocked) Write(p []byte) (int, error) {
	b.once.Do(func() { close(b.waiting) })
	<-b.release
	return b.ResponseRecorder.Write(p)
}

// TestBatchStopsWithItsReader: no more than a window of answers is made for a
// reader that reads nothing, and all of them when it goes on.
func TestBatchStopsWithItsReader(t *testing.T) {
	const parallel, requests = 2, 40
	w := &blocked{ResponseRecorder: httptest.NewRecorder(), waiting: make(chan struct{}), release: make(chan struct{})}
	var begun atomic.Int64
	full := make(chan struct{}, requests)
	large := api.Result{ID: api.ID{Text: strings.Repeat("x", 100_000)}, ScoredBy: "heuristic"}
	s := newServer(t, func(c *Config) {
		c.BatchParallel = parallel
		c.Reranker = rerankFunc(func(context.Context, *api.Request) (*api.Response, error) {
			if begun.Add(1) == 2*parallel {
				full <- struct{}{}
			}
			return &api.Response{Results: []api.Result{large}}, nil
		})
	})
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/rerank/batch", strings.NewReader(batchOf(requests)))
	r.Header.Set("Content-Type", "application/json")
	done := make(chan struct{})
	go func() { s.Handler().ServeHTTP(w, r); close(done) }()
	<-w.waiting
	<-full
	for range 10_000 {
		runtime.Gosched() // whoever could begin another one does now
	}
	if n := begun.Load(); n != 2*parallel {
		t.Errorf("%d requests were begun for a reader that reads nothing", n)
	}
	close(w.release)
	<-done
	if n := strings.Count(w.Body.String(), `"model"`); n != requests || begun.Load() != requests {
		t.Errorf("%d answers of %d", n, requests)
	}
	if held := s.memory.Held(); held != 0 {
		t.Errorf("%d bytes are still held", held)
	}
}

// TestBatchClockStandsStill: the time that a reader takes is not the server's.
func TestBatchClockStandsStill(t *testing.T) {
	s := newServer(t, func(c *Config) { c.RequestTimeout = time.Hour })
	c := s.newWorkClock(t.Context())
	defer c.stop()
	c.pause()
	c.left = 0 // nothing is left, and while it stands still that is no matter
	if c.ctx.Err() != nil {
		t.Error("it went on")
	}
	c.goOn()
	<-c.ctx.Done()
	if err := context.Cause(c.ctx); err.Error() != s.tooLong().Error() {
		t.Errorf("cause %v", err)
	}
	c.pause()
	c.goOn() // over is over
}

// TestBatchTrailers tell of a degraded answer where the headers are gone.
func TestBatchTrailers(t *testing.T) {
	for _, long := range []bool{false, true} {
		l := start(t, newServer(t, func(c *Config) {
			c.Reranker = rerankFunc(func(_ context.Context, req *api.Request) (*api.Response, error) {
				r := &api.Response{Model: req.Query, Degraded: req.Query == "39", Reason: "deadline"}
				if long {
					r.Results = []api.Result{{ID: api.ID{Text: strings.Repeat("x", 10_000)}}}
				}
				return r, nil
			})
		}))
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		w, err := client.Post(l.url+"/rerank/batch", "application/json", strings.NewReader(batchOf(40)))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(w.Body)
		w.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		header, trailer := w.Header.Get("X-Splitrank-Degraded"), w.Trailer.Get("X-Splitrank-Degraded")
		if (header == "true") == long || (trailer == "true") != long || !bytes.Contains(body, []byte(`"model":"39"`)) {
			t.Errorf("long %v: header %q, trailer %q", long, header, trailer)
		}
	}
}

// neverReads sends a body whose answer is large and reads nothing of it.
func neverReads(t *testing.T, l *live, path, accept, body string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nAccept: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, accept, len(body), body); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestReadersThatNeverRead are cut off: a stop does not wait for them, and what
// their answers took is given back.
func TestReadersThatNeverRead(t *testing.T) {
	one := `{"query":"a","return_documents":true,"documents":["` + strings.Repeat("a", 1<<20) + `","` + strings.Repeat("b", 1<<20) + `","` + strings.Repeat("c", 1<<20) + `"]}`
	for _, tt := range []struct{ name, path, accept, body string }{
		{"plain", "/rerank", "*/*", one},
		{"events", "/rerank", "text/event-stream", one},
		{"batch", "/rerank/batch", "*/*", `{"requests":[` + one + `,` + one + `]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			entered := make(chan struct{}, 10)
			l := start(t, newServer(t, func(c *Config) {
				c.WriteStall = 50 * time.Millisecond
				c.Reranker = rerankFunc(func(_ context.Context, req *api.Request) (*api.Response, error) {
					entered <- struct{}{}
					// More than the kernel holds for both sides of a connection.
					results := make([]api.Result, 4)
					for i := range results {
						results[i] = api.Result{Document: &api.Document{Text: strings.Repeat("long ", 1<<20)}}
					}
					return &api.Response{Results: results}, nil
				})
			}))
			neverReads(t, l, tt.path, tt.accept, tt.body)
			<-entered
			l.stop()
			if err := <-l.ended; err != nil {
				t.Error(err)
			}
			if held := l.memory.Held(); held != 0 {
				t.Errorf("%d bytes are still held", held)
			}
		})
	}
}

package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// watchFunc is a Reranker that can be watched.
type watchFunc func(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error)

func (f watchFunc) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	return f(ctx, req, func(*api.Response) {})
}

func (f watchFunc) Watch(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error) {
	return f(ctx, req, seen)
}

// labelled is an answer that says which one it is.
func labelled(model string) *api.Response { return &api.Response{Model: model} }

const plainBody = `{"query":"q","documents":["a","b"]}`

// event that came, with the model of its answer, or the code of its error.
type event struct{ name, says string }

// eventsOf a body.
func eventsOf(t *testing.T, body string) (list []event) {
	t.Helper()
	for _, block := range strings.Split(strings.TrimSuffix(body, "\n\n"), "\n\n") {
		name, data, ok := strings.Cut(block, "\ndata: ")
		if !ok || strings.Contains(data, "\n") {
			t.Fatalf("no event: %q", block)
		}
		says := data
		for _, key := range []string{`"model":"`, `"code":"`} {
			if _, after, ok := strings.Cut(data, key); ok {
				says, _, _ = strings.Cut(after, `"`)
			}
		}
		list = append(list, event{strings.TrimPrefix(name, "event: "), says})
	}
	return list
}

func askEvents(t *testing.T, r Reranker, body, accept string) *httptest.ResponseRecorder {
	t.Helper()
	s := newServer(t, func(c *Config) { c.Reranker = r })
	req := httptest.NewRequestWithContext(t.Context(), "POST", "/rerank", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, req)
	return w
}

func TestEvents(t *testing.T) {
	broken := &api.Error{Code: api.DeadlineExceeded, Message: "late"}
	for _, tt := range []struct {
		name   string
		watch  watchFunc
		status int
		want   []event
	}{
		{"nothing to see", func(context.Context, *api.Request, func(*api.Response)) (*api.Response, error) {
			return labelled("last"), nil
		}, 200, []event{{"final", "last"}}},
		{"the heuristics are never left out", func(_ context.Context, _ *api.Request, seen func(*api.Response)) (*api.Response, error) {
			seen(labelled("first"))
			return labelled("last"), nil
		}, 200, []event{{"heuristic", "first"}, {"final", "last"}}},
		{"an error before", func(context.Context, *api.Request, func(*api.Response)) (*api.Response, error) { return nil, broken }, 504, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := askEvents(t, tt.watch, plainBody, "text/event-stream")
			if w.Code != tt.status {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			if tt.want == nil {
				if w.Header().Get("Content-Type") != "application/json" {
					t.Errorf("headers %v", w.Header())
				}
				return
			}
			got := eventsOf(t, w.Body.String())
			if len(got) != len(tt.want) {
				t.Fatalf("events %v, want %v", got, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Errorf("events %v, want %v", got, tt.want)
				}
			}
			if h := w.Header(); h.Get("Content-Type") != "text/event-stream" || h.Get("Cache-Control") != "no-store" {
				t.Errorf("headers %v", h)
			}
		})
	}
}

func TestWantsEvents(t *testing.T) {
	for accept, want := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "text/event-stream": true, "application/json, text/event-stream;q=0.5": true,
		"Text/Event-Stream; charset=utf-8": true, "text/event-stream;q=0": false,
	} {
		w := askEvents(t, rerankFunc(longestFirst), plainBody, accept)
		if got := w.Header().Get("Content-Type") == "text/event-stream"; got != want {
			t.Errorf("Accept %q: events %v", accept, got)
		}
	}
}

// TestFinalIsThePlainAnswer in both shapes.
func TestFinalIsThePlainAnswer(t *testing.T) {
	for _, body := range []string{plainBody, `{"query":"q","chunks":[{"id":"1","text":"a\nb"}]}`} {
		plain := askEvents(t, rerankFunc(longestFirst), body, "application/json").Body.String()
		final := askEvents(t, rerankFunc(longestFirst), body, "text/event-stream").Body.String()
		if string(withoutExchange([]byte(final))) != "event: final\ndata: "+string(withoutExchange([]byte(plain)))+"\n" {
			t.Errorf("%q, plain %q", final, plain)
		}
	}
}

// watched serves a Reranker and asks it for events.
func watched(t *testing.T, r Reranker) (*http.Response, context.CancelFunc) {
	t.Helper()
	s := newServer(t, func(c *Config) { c.Reranker = r })
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "POST", server.URL+"/rerank", strings.NewReader(plainBody))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close(); cancel() })
	return answer, cancel
}

// nextEvent reads one.
func nextEvent(t *testing.T, in *bufio.Reader) string {
	t.Helper()
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line == "\n" {
			e := eventsOf(t, b.String()+"\n")[0]
			return e.name + " " + e.says
		}
		b.WriteString(line)
	}
}

// TestEventsAtOnce: every event is sent when it is known, and an error after
// the first is an event.
func TestEventsAtOnce(t *testing.T) {
	goOn := make(chan struct{})
	answer, _ := watched(t, watchFunc(func(_ context.Context, _ *api.Request, seen func(*api.Response)) (*api.Response, error) {
		for _, name := range []string{"one", "two", "three"} {
			seen(labelled(name))
			<-goOn
		}
		return nil, errors.New("out of order")
	}))
	in := bufio.NewReader(answer.Body)
	for _, want := range []string{"heuristic one", "partial two", "partial three", "error internal"} {
		if got := nextEvent(t, in); got != want {
			t.Errorf("event %q, want %q", got, want)
		}
		if !strings.HasPrefix(want, "error") {
			goOn <- struct{}{}
		}
	}
}

// TestReaderHangsUp: the work ends.
func TestReaderHangsUp(t *testing.T) {
	ended := make(chan error, 1)
	answer, hangUp := watched(t, watchFunc(func(ctx context.Context, _ *api.Request, seen func(*api.Response)) (*api.Response, error) {
		seen(labelled("one"))
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return nil, context.Cause(ctx)
	}))
	nextEvent(t, bufio.NewReader(answer.Body))
	hangUp()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// stuck is a ResponseWriter whose reader takes nothing until released.
type stuck struct {
	*httptest.ResponseRecorder
	release chan struct{}
}

func (s stuck) Write(b []byte) (int, error) { <-s.release; return s.ResponseRecorder.Write(b) }

// TestSlowReader holds up nothing, and misses partial answers only.
func TestSlowReader(t *testing.T) {
	w := stuck{httptest.NewRecorder(), make(chan struct{})}
	s := newServer(t, func(c *Config) {
		c.Reranker = watchFunc(func(_ context.Context, _ *api.Request, seen func(*api.Response)) (*api.Response, error) {
			for range 1000 {
				seen(labelled("some"))
			}
			close(w.release) // only now does the reader read
			return labelled("last"), nil
		})
	})
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/rerank", strings.NewReader(plainBody))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	s.Handler().ServeHTTP(w, r)
	got := eventsOf(t, w.Body.String())
	// The reader may take the first two letters before it is stuck, and finds one
	// more afterwards: 4 events of 1001.
	if len(got) < 2 || len(got) > 4 || got[0].name != "heuristic" || got[len(got)-1] != (event{"final", "last"}) {
		t.Errorf("events %v", got)
	}
}

// TestWatchedDegrades: it counts as it does for a plain answer.
func TestWatchedDegrades(t *testing.T) {
	s := newServer(t, func(c *Config) {
		c.Reranker = watchFunc(func(context.Context, *api.Request, func(*api.Response)) (*api.Response, error) {
			return &api.Response{Degraded: true, Reason: "deadline"}, nil
		})
	})
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/rerank", strings.NewReader(plainBody))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	s.Handler().ServeHTTP(httptest.NewRecorder(), r)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if !strings.Contains(w.Body.String(), `splitrank_answers_degraded_total{reason="deadline"} 1`) {
		t.Error("it is not counted")
	}
}

// TestPanicWhileWatched is an error, not the end of the process.
func TestPanicWhileWatched(t *testing.T) {
	w := askEvents(t, watchFunc(func(context.Context, *api.Request, func(*api.Response)) (*api.Response, error) { panic("out of order") }), plainBody, "text/event-stream")
	if w.Code != 500 || bytes.Contains(w.Body.Bytes(), []byte("out of order")) {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

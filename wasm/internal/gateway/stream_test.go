package gateway

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/shared/api"
)

// events an origin sends: "name data", then what it does.
func events(then http.HandlerFunc, list ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, e := range list {
			name, data, _ := strings.Cut(e, " ")
			fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, data)
			_ = http.NewResponseController(w).Flush()
		}
		if then != nil {
			then(w, r)
		}
	}
}

type seen struct {
	name   string
	answer *api.Response
	fault  *api.Error
}

func watched(t *testing.T, g *Gateway, body string) []seen {
	t.Helper()
	w := post(g, body, "Accept", "text/event-stream")
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/event-stream" || !w.Flushed {
		t.Fatalf("status %d, headers %v: %s", w.Code, w.Header(), w.Body)
	}
	var list []seen
	for block := range strings.SplitSeq(strings.TrimSuffix(w.Body.String(), "\n\n"), "\n\n") {
		name, data, _ := strings.Cut(block, "\ndata: ")
		s := seen{name: strings.TrimPrefix(name, "event: ")}
		var err error
		if s.name == "error" {
			s.fault, err = api.DecodeError([]byte(data))
		} else {
			s.answer, err = api.DecodeResponse([]byte(data))
		}
		if err != nil {
			t.Fatalf("%v: %s", err, block)
		}
		list = append(list, s)
	}
	return list
}

func names(list []seen) (out []string) {
	for _, s := range list {
		out = append(out, s.name)
	}
	return out
}

const (
	half  = `{"results":[{"index":1,"relevance_score":0.5,"scored_by":"cross-encoder","logit":1},{"index":0,"relevance_score":0.1,"scored_by":"heuristic"}],"model":"m","usage":{"scored":1}}`
	whole = `{"results":[{"index":0,"relevance_score":0.75,"scored_by":"cross-encoder","logit":2},{"index":1,"relevance_score":0.5,"scored_by":"cross-encoder","logit":1}],"model":"m","usage":{"scored":2}}`
)

func TestStream(t *testing.T) {
	tests := []struct {
		name   string
		origin http.HandlerFunc
		events []string
		order  []int // of final
		reason string
	}{
		{"to the end", events(nil, "heuristic {}", "partial "+half, "final "+whole), []string{"heuristic", "partial", "final"}, []int{0, 2, 1, 3}, ""},
		{"final alone", events(nil, "final "+whole), []string{"heuristic", "final"}, []int{0, 2, 1, 3}, ""},
		{"ends too early", events(nil, "partial "+half), []string{"heuristic", "partial", "final"}, []int{2, 0, 1, 3}, api.ReasonOrigin},
		{"breaks off", events(abort, "partial "+half), []string{"heuristic", "partial", "final"}, []int{2, 0, 1, 3}, api.ReasonOrigin},
		{"stalls", events(never, "partial "+half), []string{"heuristic", "partial", "final"}, []int{2, 0, 1, 3}, api.ReasonDeadline},
		{"nonsense", events(nil, "partial {", "final "+whole), []string{"heuristic", "final"}, []int{2, 0, 1, 3}, api.ReasonOrigin},
		{"wrong ids", events(nil, `partial {"results":[]}`), []string{"heuristic", "final"}, []int{2, 0, 1, 3}, api.ReasonOrigin},
		{"an error", events(nil, `error {"error":{"code":"overloaded","message":"full"}}`), []string{"heuristic", "final"}, []int{2, 0, 1, 3}, api.ReasonOverload},
		{"no events", text(200, whole), []string{"heuristic", "final"}, []int{2, 0, 1, 3}, api.ReasonOrigin},
		{"429", fails(api.Overloaded, ""), []string{"heuristic", "final"}, []int{2, 0, 1, 3}, api.ReasonOverload},
		{"down", abort, []string{"heuristic", "final"}, []int{2, 0, 1, 3}, api.ReasonOrigin},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, o := behind(t, tt.origin, nil)
			if tt.reason == api.ReasonDeadline {
				o.most = 100 * time.Millisecond
			}
			list := watched(t, g, question(map[string]any{"budget": map[string]any{"documents": 2}}, bread...))
			last := list[len(list)-1].answer
			if diff := cmp.Diff(tt.events, names(list)); diff != "" {
				t.Fatal(diff)
			}
			if diff := cmp.Diff(tt.order, order(last)); diff != "" || last.Reason != tt.reason || last.Degraded != (tt.reason != "") {
				t.Errorf("reason %q, %s", last.Reason, diff)
			}
			if first := list[0].answer; first.Degraded || first.Results[0].ScoredBy != "heuristic" {
				t.Errorf("%+v", first)
			}
		})
	}
}

// TestStreamFinalIsThePlainAnswer, whatever came before.
func TestStreamFinalIsThePlainAnswer(t *testing.T) {
	g, _ := behind(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") == "text/event-stream" {
			events(nil, "partial "+half, "final "+whole)(w, r)
			return
		}
		text(200, whole)(w, r)
	}, nil)
	body := question(map[string]any{"budget": map[string]any{"documents": 2}}, bread...)
	list := watched(t, g, body)
	if diff := cmp.Diff(answerOf(t, post(g, body)), list[len(list)-1].answer, cmpopts.IgnoreFields(api.Response{}, "Timings")); diff != "" {
		t.Error(diff)
	}
}

// TestWatcherIsGone: nobody reads, so the origin need not go on, and nothing is wrong.
func TestWatcherIsGone(t *testing.T) {
	ended := make(chan struct{})
	g, _ := behind(t, events(func(w http.ResponseWriter, r *http.Request) {
		never(w, r)
		close(ended)
	}, "partial "+half), func(c *Config) {
		c.Failed = func(_ context.Context, err error) { t.Errorf("the log hears %v", err) }
	})
	r := httptest.NewRequest("POST", "/rerank", strings.NewReader(question(map[string]any{"budget": map[string]any{"documents": 2}}, bread...)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	w := &leaving{ResponseRecorder: httptest.NewRecorder()}
	g.ServeHTTP(w, r)
	if <-ended; w.writes != 2 {
		t.Errorf("written to %d times", w.writes)
	}
}

// leaving takes one event.
type leaving struct {
	*httptest.ResponseRecorder
	writes int
}

func (l *leaving) Write(p []byte) (int, error) {
	if l.writes++; l.writes > 1 {
		return 0, net.ErrClosed
	}
	return l.ResponseRecorder.Write(p)
}

func TestStreamWithoutModel(t *testing.T) {
	if got := names(watched(t, newGateway(t, nil), question(nil, bread...))); len(got) != 1 || got[0] != "final" {
		t.Errorf("events %v", got)
	}
}

func TestStreamErrors(t *testing.T) {
	g, _ := behind(t, fails(api.UnknownModel, "model"), nil)
	list := watched(t, g, question(map[string]any{"model": "x"}, bread...))
	if last := list[len(list)-1]; last.name != "error" || last.fault.Code != api.UnknownModel {
		t.Errorf("%+v", last)
	}
	if w := post(g, `{"query":"q"}`, "Accept", "text/event-stream"); w.Code != 422 {
		t.Errorf("before the first event: status %d", w.Code)
	}
}

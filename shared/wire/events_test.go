package wire

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

func TestEvents(t *testing.T) {
	w := httptest.NewRecorder()
	e := NewEvents(w, &api.Request{Shape: api.Chunks})
	if e.Begun() {
		t.Error("begun before the first event")
	}
	answer := &api.Response{Results: []api.Result{{ID: api.ID{Text: "a"}, RelevanceScore: 0.5}}}
	if err := errors.Join(e.Answer(EventHeuristic, answer), e.Error(api.NewError(api.Internal, "broken"))); err != nil {
		t.Fatal(err)
	}
	const want = "event: heuristic\ndata: [{\"chunk_id\":\"a\",\"rerank_score\":0.5}]\n\n" +
		"event: error\ndata: {\"error\":{\"code\":\"internal\",\"message\":\"broken\"}}\n\n"
	if got := w.Body.String(); got != want || !w.Flushed || !e.Begun() {
		t.Errorf("flushed %v:\n%s", w.Flushed, got)
	}
}

// TestPartialEventsAreBrief: what the first event said of a document is not said again
// before the last one, which is whole.
func TestPartialEventsAreBrief(t *testing.T) {
	result := api.Result{Index: 1, Rank: 1, Document: &api.Document{Text: "a text"}, Explanation: &api.Explanation{Reason: "kept: score"}, Matches: []heuristics.Span{{End: 1}}}
	answer := &api.Response{Results: []api.Result{result}}
	for _, tt := range []struct {
		names []string
		brief []bool
	}{
		{[]string{EventHeuristic, EventPartial, EventPartial, EventFinal}, []bool{false, true, true, false}},
		{[]string{EventPartial, EventFinal}, []bool{false, false}},
	} {
		w := httptest.NewRecorder()
		e, r := NewEvents(w, new(api.Request)), NewEventReader(w.Body, 10_000)
		for i, name := range tt.names {
			if err := e.Answer(name, answer); err != nil {
				t.Fatal(err)
			}
			_, data, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"document", "explanation", "matches"} {
				if brief := !strings.Contains(string(data), `"`+key+`":`); brief != tt.brief[i] {
					t.Errorf("%v: event %d leaves %s out: %v, want %v", tt.names, i, key, brief, tt.brief[i])
				}
			}
			if !strings.Contains(string(data), `"index":1,"rank":1`) {
				t.Errorf("%v: event %d has no place: %s", tt.names, i, data)
			}
		}
	}
}

// TestEventsInEveryShape: the data of an event is JSON, whoever's answer it is.
func TestEventsInEveryShape(t *testing.T) {
	for shape := api.Native; shape <= api.Mixedbread; shape++ {
		w := httptest.NewRecorder()
		e := NewEvents(w, &api.Request{Shape: shape})
		answer := &api.Response{Results: []api.Result{{Index: 1, ID: api.ID{Text: "a"}}, {ID: api.ID{Text: "b"}}}}
		if err := errors.Join(e.Answer(EventFinal, answer), e.Error(api.NewError(api.Internal, "broken"))); err != nil {
			t.Fatal(err)
		}
		r := NewEventReader(w.Body, 10_000)
		for _, want := range []string{EventFinal, "error"} {
			if name, data, err := r.Next(); err != nil || name != want || !json.Valid(data) {
				t.Errorf("shape %d: %v, event %q for %q with data %s", shape, err, name, want, data)
			}
		}
	}
}

// TestEventReader reads what Events writes, and what others may.
func TestEventReader(t *testing.T) {
	w := httptest.NewRecorder()
	e := NewEvents(w, new(api.Request))
	if err := errors.Join(e.Answer(EventPartial, new(api.Response)), e.Error(api.NewError(api.Internal, "broken"))); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, text string
		want       []string
		err        error
	}{
		{"what Events writes", w.Body.String(), []string{"partial", "error"}, io.ErrUnexpectedEOF},
		{"carriage returns, comments and other fields", ": hello\r\nid: 7\r\nevent:final\r\ndata:{}\r\n\r\n", []string{"final"}, io.ErrUnexpectedEOF},
		{"an event without data is none", "event: ping\n\nevent: final\ndata: {}\n\n", []string{"final"}, io.ErrUnexpectedEOF},
		{"cut off", "event: final\ndata: {}\n", nil, io.ErrUnexpectedEOF},
		{"a long line", "event: final\ndata: " + strings.Repeat("x", 2000) + "\n\n", nil, bufio.ErrTooLong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := NewEventReader(strings.NewReader(tt.text), 1000)
			var names []string
			name, data, err := r.Next()
			for ; err == nil; name, data, err = r.Next() {
				if names = append(names, name); data[0] != '{' || data[len(data)-1] != '}' {
					t.Errorf("data %q", data)
				}
			}
			if !slices.Equal(names, tt.want) || !errors.Is(err, tt.err) {
				t.Errorf("events %v, error %v", names, err)
			}
		})
	}
}

// TestReaderIsGone: a connection that breaks while an event is written is told.
func TestReaderIsGone(t *testing.T) {
	e := NewEvents(gone{httptest.NewRecorder()}, new(api.Request))
	if err := e.Answer(EventFinal, new(api.Response)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v", err)
	}
}

type gone struct{ *httptest.ResponseRecorder }

func (gone) Write([]byte) (int, error) { return 0, net.ErrClosed }

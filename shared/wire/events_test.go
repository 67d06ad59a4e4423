package wire

import (
	"errors"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

func TestEvents(t *testing.T) {
	w := httptest.NewRecorder()
	e := NewEvents(w, api.Chunks)
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

// TestReaderIsGone: a connection that breaks while an event is written is told.
func TestReaderIsGone(t *testing.T) {
	e := NewEvents(gone{httptest.NewRecorder()}, api.Native)
	if err := e.Answer(EventFinal, new(api.Response)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v", err)
	}
}

type gone struct{ *httptest.ResponseRecorder }

func (gone) Write([]byte) (int, error) { return 0, net.ErrClosed }

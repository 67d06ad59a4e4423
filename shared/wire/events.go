package wire

import (
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
)

// The events of an answer that is watched. The data of each is a whole answer,
// that of EventError the body of an error.
const (
	EventHeuristic = "heuristic"
	EventPartial   = "partial"
	EventFinal     = "final"
	EventError     = "error"
)

// Events writes server-sent events (HTML standard, section 9.2).
type Events struct {
	w     http.ResponseWriter
	flush func() error
	form  api.Form
	begun bool
}

// NewEvents answers r through w, in its shape.
func NewEvents(w http.ResponseWriter, r *api.Request) *Events {
	return &Events{w: w, flush: http.NewResponseController(w).Flush, form: form(w, r)}
}

// Begun reports that an event was written: it is too late for headers, and for
// an answer that is no event.
func (e *Events) Begun() bool { return e.begun }

// Header of the answer, as long as it has not begun.
func (e *Events) Header() http.Header { return e.w.Header() }

// Answer writes an event with an answer; JSON without white space is one line. A
// partial one after another event does not repeat what that said of the documents.
// See RATIONALE: why-partial-events-are-brief.
func (e *Events) Answer(name string, answer *api.Response) error {
	form := e.form
	form.Known = e.begun && name == EventPartial
	e.begin()
	if err := api.WriteAnswer(e.w, lead(name), form, answer, "\n\n"); err != nil {
		return err
	}
	return e.flush()
}

// Error writes the event that ends a stream badly.
func (e *Events) Error(err *api.Error) error {
	e.begin()
	if _, err := e.w.Write(append(api.AppendErrorIn([]byte(lead(EventError)), e.form.Shape, err), '\n', '\n')); err != nil {
		return err
	}
	return e.flush()
}

// lead is what stands before the data of an event.
func lead(name string) string { return "event: " + name + "\ndata: " }

// begin asks proxies, too, not to hold anything back.
func (e *Events) begin() {
	if e.begun {
		return
	}
	e.begun = true
	h := e.w.Header()
	h.Set("Content-Type", EventStream)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	e.w.WriteHeader(http.StatusOK)
}

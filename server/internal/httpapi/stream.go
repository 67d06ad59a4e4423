package httpapi

import (
	"context"
	"mime"
	"net/http"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
)

// The events of an answer that is watched. The data of each is a whole answer,
// that of eventError the body of an error.
const (
	eventHeuristic = "heuristic"
	eventPartial   = "partial"
	eventFinal     = "final"
	eventError     = "error"
)

const eventStream = "text/event-stream"

// wantsEvents reports that the caller accepts server-sent events.
func wantsEvents(r *http.Request) bool {
	for _, line := range r.Header.Values("Accept") {
		for accepted := range strings.SplitSeq(line, ",") {
			if media, params, err := mime.ParseMediaType(accepted); err == nil && media == eventStream && params["q"] != "0" {
				return true
			}
		}
	}
	return false
}

// stream answers with events. The work goes on at its own pace and leaves what
// it knows in a mailbox: a slow reader misses partial answers and holds up
// nothing; one that is gone ends the work. An error before the first event is
// an error like any other.
func (s *Server) stream(ctx context.Context, w http.ResponseWriter, r *http.Request, req *api.Request) error {
	ctx, cancel := context.WithCancel(ctx)
	box := newMailbox()
	go s.work(ctx, req, box)
	defer func() { cancel(); <-box.over }() // the work reads the body
	events := &eventWriter{w: w, control: http.NewResponseController(w), shape: req.Shape}
	for {
		select {
		case <-box.news:
		case <-box.over:
			return s.end(events, r, box)
		}
		for _, e := range box.take() {
			if err := events.answer(e.name, e.answer); err != nil {
				return s.lost(r, err)
			}
		}
	}
}

// work asks, and closes the mailbox.
func (s *Server) work(ctx context.Context, req *api.Request, box *mailbox) {
	defer close(box.over)
	defer func() {
		if p := recover(); p != nil {
			box.err = panicked(p)
		}
	}()
	box.answer, box.err = s.config.Reranker.Watch(ctx, req, box.put)
}

// end writes what is left to say.
func (s *Server) end(events *eventWriter, r *http.Request, box *mailbox) error {
	if box.err != nil && !events.begun {
		return box.err
	}
	if box.err == nil {
		s.tellDegraded(events.w, r, box.answer) // too late for headers once events have begun
	}
	for _, e := range box.first() {
		if err := events.answer(e.name, e.answer); err != nil {
			return s.lost(r, err)
		}
	}
	if box.err != nil {
		fault := s.fault(r.Context(), box.err)
		recordOf(r.Context()).code = fault.Code
		_ = events.write(eventError, api.AppendError(nil, fault))
		return nil
	}
	if err := events.answer(eventFinal, box.answer); err != nil {
		return s.lost(r, err)
	}
	return nil
}

// lost notes that the reader is gone: there is nobody to tell.
func (s *Server) lost(r *http.Request, _ error) error {
	recordOf(r.Context()).code = codeGone
	return nil
}

// eventWriter writes server-sent events (HTML standard, section 9.2).
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	shape   api.Shape
	begun   bool
}

func (e *eventWriter) answer(name string, answer *api.Response) error {
	return e.write(name, api.AppendAnswer(nil, e.shape, answer))
}

// write an event; JSON without white space is one line.
func (e *eventWriter) write(name string, data []byte) error {
	if !e.begun {
		e.begin()
	}
	event := append([]byte("event: "+name+"\ndata: "), data...)
	if _, err := e.w.Write(append(event, '\n', '\n')); err != nil {
		return err
	}
	return e.control.Flush()
}

// begin asks proxies, too, not to hold anything back.
func (e *eventWriter) begin() {
	e.begun = true
	h := e.w.Header()
	h.Set("Content-Type", eventStream)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	e.w.WriteHeader(http.StatusOK)
}

package httpapi

import (
	"context"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// stream answers with events. The work goes on at its own pace and leaves what
// it knows in a mailbox: a slow reader misses partial answers and holds up
// nothing; one that is gone ends the work. An error before the first event is
// an error like any other.
func (s *Server) stream(ctx context.Context, w http.ResponseWriter, r *http.Request, req *api.Request) error {
	ctx, cancel := context.WithCancel(ctx)
	box := newMailbox()
	go s.work(ctx, req, box)
	defer func() { cancel(); <-box.over }() // the work reads the body
	events := wire.NewEvents(w, req)
	for {
		select {
		case <-box.news:
		case <-box.over:
			return s.end(events, r, box)
		}
		for _, e := range box.take() {
			if err := events.Answer(e.name, e.answer); err != nil {
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
func (s *Server) end(events *wire.Events, r *http.Request, box *mailbox) error {
	if box.err != nil && !events.Begun() {
		return box.err
	}
	if box.err == nil {
		s.tellDegraded(events.Header(), r, box.answer) // too late for headers once events have begun
	}
	for _, e := range box.first() {
		if err := events.Answer(e.name, e.answer); err != nil {
			return s.lost(r, err)
		}
	}
	if box.err != nil {
		fault := s.fault(r.Context(), box.err)
		recordOf(r.Context()).code = fault.Code
		_ = events.Error(fault)
		return nil
	}
	if err := events.Answer(wire.EventFinal, box.answer); err != nil {
		return s.lost(r, err)
	}
	return nil
}

// lost notes that the reader is gone: there is nobody to tell.
func (s *Server) lost(r *http.Request, _ error) error {
	recordOf(r.Context()).code = codeGone
	return nil
}

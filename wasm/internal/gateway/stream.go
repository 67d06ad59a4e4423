package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// errGone says that nobody reads the events any more.
var errGone = errors.New("the reader of the events is gone")

// stream answers with events: the heuristics' order at once, then every better
// one of the origin's with the documents that it did not see, and final. An
// error before the first event is an error like any other.
func (g *Gateway) stream(w http.ResponseWriter, r *http.Request, req *api.Request) error {
	p, err := g.plan(req)
	if err != nil {
		return err
	}
	s := streaming{p, g, r.Context(), wire.NewEvents(w, req)}
	if p.pipeline == api.Heuristic {
		return s.final(refinement{}, nil)
	}
	q := p.question()
	entry := g.cacheEntry(s.ctx, p, q)
	if f, ok := g.lookUp(s.ctx, p, entry); ok {
		return s.final(f, nil)
	}
	if s.show(wire.EventHeuristic, refinement{}) != nil {
		return nil // nobody is there, so the origin is not asked
	}
	f, err := s.refine(q)
	switch {
	case errors.Is(err, errGone):
		return nil
	case err != nil:
		f, err = g.failed(s.ctx, p, f, err)
	default:
		g.store(s.ctx, entry, f.response)
	}
	return s.final(f, err)
}

// streaming is a request that is answered with events.
type streaming struct {
	planned
	gateway *Gateway
	ctx     context.Context
	events  *wire.Events
}

func (s streaming) show(event string, f refinement) error {
	return s.events.Answer(event, s.response(s.gateway.Scorer(), f))
}

func (s streaming) final(f refinement, err error) error {
	switch {
	case err == nil:
		response := s.response(s.gateway.Scorer(), f)
		if !s.events.Begun() {
			wire.TellDegraded(s.events.Header(), response)
		}
		_ = s.events.Answer(wire.EventFinal, response)
	case s.events.Begun():
		_ = s.events.Error(s.gateway.fault(s.ctx, err))
	default:
		return err
	}
	return nil
}

// refine follows the origin at work, as long as somebody reads. With an error
// comes the best that the origin had said by then.
func (s streaming) refine(q *api.Request) (refinement, error) {
	a, err := s.gateway.ask(s.ctx, s.planned, q, wire.EventStream)
	if err != nil {
		return refinement{}, err
	}
	if a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), wire.EventStream) {
		return refinement{}, noEvents(a, s.gateway.config.Limits)
	}
	defer a.Body.Close() // which ends the origin's work, where it goes on
	return s.follow(wire.NewEventReader(a.Body, s.gateway.config.Limits.BodyBytes))
}

// noEvents says what an answer is that holds none.
func noEvents(a *Answer, l api.Limits) error {
	if _, err := read(a, l); err != nil {
		return err
	}
	return errors.New("the origin answered with something else than events")
}

// follow shows what comes until the last answer.
func (s streaming) follow(from *wire.EventReader) (last refinement, err error) {
	for {
		name, data, err := from.Next()
		if err != nil {
			return last, fmt.Errorf("reading the origin's events: %w", err)
		}
		switch name {
		case wire.EventError:
			return last, decodeError(data)
		case wire.EventPartial, wire.EventFinal:
			response, err := s.decode(data)
			if err != nil {
				return last, err
			}
			last.response = response
		}
		switch {
		case name == wire.EventFinal:
			return last, nil
		case name == wire.EventPartial && s.show(wire.EventPartial, last) != nil:
			return last, errGone
		}
	}
}

// decodeError is the error in an event.
func decodeError(data []byte) error {
	fault, err := api.DecodeError(data)
	if err != nil {
		return undecodable(err)
	}
	return &refusal{fault.Status(), fault}
}

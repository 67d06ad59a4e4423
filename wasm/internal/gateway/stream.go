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
	t, err := g.begin(r.Context(), req)
	if err != nil {
		return err
	}
	t.remember()
	events := wire.NewEvents(w, req.Shape)
	if !t.open() {
		return g.final(r.Context(), t, events)
	}
	if err := events.Answer(wire.EventHeuristic, t.response()); err != nil {
		return nil // nobody is there, so the origin is not asked
	}
	switch err := t.watch(events); {
	case errors.Is(err, errGone):
		return nil
	case err != nil:
		t.fail(err)
	}
	return g.final(r.Context(), t, events)
}

func (g *Gateway) final(ctx context.Context, t *task, events *wire.Events) error {
	answer, err := t.end()
	switch {
	case err == nil:
		if !events.Begun() {
			wire.TellDegraded(events.Header(), answer)
		}
		_ = events.Answer(wire.EventFinal, answer)
	case events.Begun():
		_ = events.Error(g.fault(ctx, err))
	default:
		return err
	}
	return nil
}

// watch the origin at work, as long as somebody reads. Its last word settles the
// task; without one the best that was heard stands.
func (t *task) watch(events *wire.Events) error {
	a, err := t.ask(wire.EventStream)
	if err != nil {
		return err
	}
	limits := t.gateway.config.Limits
	if a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), wire.EventStream) {
		return noEvents(a, limits)
	}
	defer a.Body.Close() // which ends the origin's work, where it goes on
	return t.follow(wire.NewEventReader(a.Body, limits.BodyBytes), events)
}

// noEvents says what an answer is that holds none.
func noEvents(a *Answer, l api.Limits) error {
	if _, err := read(a, l); err != nil {
		return err
	}
	return errors.New("the origin answered with something else than events")
}

// follow shows what comes until the last word.
func (t *task) follow(from *wire.EventReader, to *wire.Events) error {
	for {
		name, data, err := from.Next()
		if err != nil {
			return fmt.Errorf("reading the origin's events: %w", err)
		}
		switch name {
		case wire.EventPartial:
			err = t.glimpse(data, to)
		case wire.EventFinal:
			t.settle(understood(data))
			return nil
		case wire.EventError:
			return complaint(data)
		}
		if err != nil {
			return err
		}
	}
}

// glimpse shows an answer that is not the last.
func (t *task) glimpse(data []byte, to *wire.Events) error {
	heard, err := understood(data)
	if err != nil {
		return err
	}
	if err := t.check(heard); err != nil {
		return err
	}
	t.heard = heard
	if to.Answer(wire.EventPartial, t.response()) != nil {
		return errGone
	}
	return nil
}

// complaint is the error in an event.
func complaint(data []byte) error {
	fault, err := api.DecodeError(data)
	if err != nil {
		return notUnderstood(err)
	}
	return &refusal{fault.Status(), fault}
}

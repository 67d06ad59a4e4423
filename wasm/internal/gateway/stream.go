package gateway

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// stream answers with events: the heuristics' order at once, then every better
// one of the origin's with the documents that it did not see, and final. An
// error before the first event is an error like any other.
func (g *Gateway) stream(w http.ResponseWriter, r *http.Request, req *api.Request) error {
	t, err := g.begin(r.Context(), req)
	if err != nil {
		return err
	}
	events := wire.NewEvents(w, req.Shape)
	if t.open() {
		if err := events.Answer(wire.EventHeuristic, t.response()); err != nil {
			return nil // the reader is gone
		}
		g.watch(r.Context(), t, events)
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

// watch the origin at work. Its last word settles the task; without one the
// best that was heard stands.
func (g *Gateway) watch(ctx context.Context, t *task, events *wire.Events) {
	a, err := g.config.Origin.Ask(ctx, Question{
		Path: "/rerank", Header: forwarded(ctx, "text/event-stream"), Body: api.AppendRequest(nil, t.asked), LeftMS: t.left(),
	})
	if err != nil {
		t.fail(err)
		return
	}
	if a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/event-stream") {
		t.fail(noEvents(a, g.config.Limits))
		return
	}
	defer a.Body.Close()
	if err := t.follow(newEventReader(a.Body, g.config.Limits.BodyBytes), events); err != nil {
		t.fail(err)
	}
}

// noEvents says what an answer is that holds none.
func noEvents(a *Answer, l api.Limits) error {
	if _, err := read(a, l); err != nil {
		return err
	}
	return errors.New("the origin answered with something else than events")
}

// follow shows what comes until the last word.
func (t *task) follow(from *eventReader, to *wire.Events) error {
	for {
		name, data, err := from.next()
		if err != nil {
			return err
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
	_ = to.Answer(wire.EventPartial, t.response()) // of a reader that is gone final tells
	return nil
}

// complaint is the error in an event.
func complaint(data []byte) error {
	fault, err := api.DecodeError(data, api.Limits{})
	if err != nil {
		return notUnderstood(err)
	}
	return &refusal{fault.Status(), fault}
}

// eventReader reads server-sent events (HTML standard, section 9.2), as far as
// a splitrank server writes them: one line of data each.
type eventReader struct{ lines *bufio.Scanner }

func newEventReader(r io.Reader, longest int) *eventReader {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longest)
	return &eventReader{lines}
}

// next event. The data are good until the one after.
func (e *eventReader) next() (name string, data []byte, err error) {
	for e.lines.Scan() {
		key, value, _ := strings.Cut(e.lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case key == "event":
			name = value
		case key == "data":
			data = []byte(value)
		case key == "" && value == "" && data != nil:
			return name, data, nil
		}
	}
	err = e.lines.Err()
	switch {
	case errors.Is(err, ErrDeadline):
		return "", nil, err
	case err == nil:
		err = io.ErrUnexpectedEOF
	}
	return "", nil, fmt.Errorf("reading the origin's events: %w", err)
}

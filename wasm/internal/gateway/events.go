package gateway

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// events passes what people did with answers on to the origin, which gave those
// their query ids and keeps the log.
func (g *Gateway) events(w http.ResponseWriter, r *http.Request, body []byte) error {
	if g.config.Origin == nil {
		return api.NewError(api.NotFound, "there is no server behind this edge that takes events")
	}
	taken, err := g.askAboutEvents(r, body)
	if err != nil {
		g.config.Failed(r.Context(), err)
		return eventsFault(err)
	}
	wire.WriteJSON(w, http.StatusAccepted, taken)
	return nil
}

func (g *Gateway) askAboutEvents(r *http.Request, body []byte) (taken []byte, err error) {
	left := g.config.Origin.Left(r.Context(), 0)
	if left <= 0 {
		return nil, ErrDeadline
	}
	a, err := g.config.Origin.Ask(r.Context(), Question{Path: "/events", Header: forwarded(r.Context(), "application/json"), Body: body, LeftMS: left})
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	const longest = 4 << 10 // of an answer to events, and of an error
	answer, err := io.ReadAll(io.LimitReader(a.Body, longest))
	switch {
	case err != nil:
		return nil, err
	case a.Status != http.StatusAccepted:
		return nil, refused(a, answer)
	}
	return bytes.TrimSpace(answer), nil
}

// eventsFault is what the caller is told: what is wrong with the events in the
// origin's words, and of all else that it did not work.
func eventsFault(err error) error {
	var r *refusal
	if errors.As(err, &r) && r.fault != nil && r.status < 500 && r.fault.Code != api.Unauthorized {
		return r.fault
	}
	return broken()
}

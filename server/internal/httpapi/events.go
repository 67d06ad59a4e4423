package httpapi

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/splitrank/splitrank/server/internal/ubi"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// events serves POST /events: what people did with answers, 202 with what became of
// it. They are for the log, so that none of them is told as an error.
func (s *Server) events(w http.ResponseWriter, r *http.Request) error {
	if s.config.Events == nil {
		return api.NewError(api.NotFound, "this server logs no queries and takes no events: start it with --query-log")
	}
	account := s.memory.Open()
	defer account.Close()
	body, err := s.readEvents(w, r, account)
	if err != nil {
		return err
	}
	events, err := ubi.DecodeEvents(body, time.Now())
	if err != nil {
		return err
	}
	if wait, ok := s.eventRate.take(recordOf(r.Context()).address, len(events)); !ok {
		s.metrics.events.WithLabelValues("refused").Add(float64(len(events)))
		return &api.Error{Code: api.Overloaded, RetryAfter: wait, Message: "too many events came from this address: try again later"}
	}
	taken := s.config.Events(events)
	s.metrics.countEvents(taken)
	answer, err := json.Marshal(taken)
	if err != nil {
		return err
	}
	wire.WriteJSON(w, http.StatusAccepted, answer)
	return nil
}

// readEvents reads a body of events, which is short.
func (s *Server) readEvents(w http.ResponseWriter, r *http.Request, account *wire.Account) ([]byte, error) {
	if r.ContentLength > ubi.MaxBodyBytes {
		return nil, eventsTooLarge()
	}
	body, err := s.readBody(w, r, account, 1)
	if err == nil && len(body) > ubi.MaxBodyBytes {
		return nil, eventsTooLarge()
	}
	return body, err
}

func eventsTooLarge() error {
	return api.NewError(api.BodyTooLarge, "the body is longer than 262144 bytes, which is the most for events")
}

package httpapi

import (
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
)

// whileServing refuses requests once the server stops.
func (s *Server) whileServing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.stopping.Load() {
			w.Header().Set("Connection", "close")
			s.refuse(w, r, api.NewError(api.ShuttingDown, "this server is shutting down"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// admit bounds the requests that are worked on: past the bound, refusing at once
// is kinder than queueing without end. It comes after the body, so that nobody
// holds a place by sending slowly. Together with Server.memory it bounds what
// requests take; leave gives the place back.
func (s *Server) admit() (leave func(), err error) {
	if s.places.TryAcquire(1) {
		return func() { s.places.Release(1) }, nil
	}
	return nil, s.counted(api.NewError(api.Overloaded, "this server is busy: try again later"))
}

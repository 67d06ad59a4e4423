package httpapi

import (
	"context"
	"net/http"
	"time"

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
// See RATIONALE: why-admission-counts-requests-and-bytes.
func (s *Server) admit() (leave func(), err error) {
	if s.places.TryAcquire(1) {
		return func() { s.places.Release(1) }, nil
	}
	return nil, s.busy()
}

func (s *Server) busy() error {
	return s.counted(api.NewError(api.Overloaded, "this server is busy: try again later"))
}

// beginBody bounds the bodies that come at once by as many as are worked on. Past
// the bound one that has not moved for Config.ReadYield makes room; where all
// move, the new one is refused. end gives its place to another.
func (s *Server) beginBody(ctx context.Context) (end func(), err error) {
	for !s.coming.TryAcquire(1) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		idle := s.receiving.idle(nil)
		if idle == nil {
			return nil, s.busy()
		}
		idle.leave()
		if s.comesWithin(ctx, farewell) {
			break
		}
	}
	return func() { s.coming.Release(1) }, nil
}

// comesWithin takes a place for a body as soon as there is one, if there is in a
// time.
func (s *Server) comesWithin(ctx context.Context, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return s.coming.Acquire(ctx, 1) == nil
}

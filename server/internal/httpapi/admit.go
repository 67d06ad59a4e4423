package httpapi

import (
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
)

// admit bounds the requests in flight: past the bound, refusing at once is
// kinder than queueing without end. Together with readBody it bounds the memory.
// See RATIONALE: why-admission-counts-requests-and-bytes.
func (s *Server) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.stopping.Load() {
			w.Header().Set("Connection", "close")
			s.refuse(w, r, api.NewError(api.ShuttingDown, "this server is shutting down"))
			return
		}
		if !s.places.TryAcquire(1) {
			s.refuse(w, r, s.busy())
			return
		}
		defer s.places.Release(1)
		next.ServeHTTP(w, r)
	})
}

func (s *Server) busy() error {
	s.metrics.refused.Inc()
	return api.NewError(api.Overloaded, "this server is busy: try again later")
}

package httpapi

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// discovery serves what programs ask before they send a request. It needs a key
// where there are keys, for it tells what runs here.
// See RATIONALE: why-discovery-needs-a-key.
func (s *Server) discovery(r chi.Router) {
	get(r, "/v1/models", s.tell(api.AppendModels))
	get(r, "/info", s.tell(api.AppendInfo))
	get(r, "/version", s.tell(api.AppendVersion))
}

// tell answers with what is written of this server.
func (s *Server) tell(write func([]byte, api.Info) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		wire.WriteJSON(w, http.StatusOK, write(nil, s.info()))
	}
}

// info is what Config.Info tells, and what only this server knows.
func (s *Server) info() (i api.Info) {
	if s.config.Info != nil {
		i = s.config.Info()
	}
	i.Version, i.Scorer = s.config.Version, s.config.Scorer
	i.Limits, i.InFlight = s.config.Limits, s.config.InFlight
	return i
}

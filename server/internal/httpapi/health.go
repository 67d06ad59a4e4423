package httpapi

import (
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// healthz says that the process is alive.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	wire.WriteJSON(w, http.StatusOK, []byte(`{"status":"ok"}`))
	return nil
}

// readyz says whether to send requests here.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) error {
	if s.draining.Load() {
		return api.NewError(api.ShuttingDown, "this server is shutting down")
	}
	wire.WriteJSON(w, http.StatusOK, []byte(`{"status":"ready"}`))
	return nil
}

package httpapi

import (
	"net/http"

	"github.com/go-chi/cors"
)

// cors lets pages of the listed origins call and read the headers that matter.
// A key is sent as a header, so no credentials of the browser are needed.
func (s *Server) cors() func(http.Handler) http.Handler {
	const tenMinutes = 600
	return cors.Handler(cors.Options{
		AllowedOrigins: s.config.CORSOrigins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost},
		AllowedHeaders: []string{"Accept", "Authorization", "Cache-Control", "Content-Type", "X-Request-Id"},
		ExposedHeaders: []string{"Retry-After", "X-Request-Id", headerDegraded, headerReason},
		MaxAge:         tenMinutes,
	})
}

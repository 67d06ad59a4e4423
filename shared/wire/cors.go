package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/cors"
)

// CORS lets pages of the listed web origins call and read the headers that
// matter: https://example.com, https://*.example.com, or "*" for all. A key is
// sent as a header, so no credentials of the browser are needed. Without any
// origin it changes nothing.
func CORS(origins []string) func(http.Handler) http.Handler {
	if len(origins) == 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	const tenMinutes = 600
	return cors.Handler(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete},
		AllowedHeaders: []string{"Accept", "Authorization", "Cache-Control", "Content-Type", "Prefer", HeaderRequestID},
		ExposedHeaders: []string{"Retry-After", HeaderRequestID, HeaderDegraded, HeaderReason},
		MaxAge:         tenMinutes,
	})
}

// CheckOrigins wants scheme and host of each, one * allowed in it: an origin
// with a path would never match.
func CheckOrigins(origins []string) error {
	for _, origin := range origins {
		if origin != "*" && !isOrigin(origin) {
			return fmt.Errorf("CORS origin %q is neither * nor like https://example.com", origin)
		}
	}
	return nil
}

func isOrigin(s string) bool {
	const anything = "1" // stands well in a name and in a port
	u, err := url.Parse(strings.Replace(s, "*", anything, 1))
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.Path == "" && u.RawQuery == ""
}

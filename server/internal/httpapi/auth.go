package httpapi

import "net/http"

// authorize lets a caller with a key pass, or everybody where there are no keys.
func (s *Server) authorize(next http.Handler) http.Handler {
	return s.checked(func(r *http.Request) error { return s.keys.Check(r.Header) }, next)
}

// checked refuses what does not pass a check.
func (s *Server) checked(check func(*http.Request) error, next http.Handler) http.Handler {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		if err := check(r); err != nil {
			return err
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

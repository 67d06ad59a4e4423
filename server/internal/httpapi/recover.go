package httpapi

import (
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"

	"github.com/go-chi/chi/v5/middleware"
)

// recoverer answers 500 after a panic, or breaks the connection off where the
// answer has begun.
func (s *Server) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err := panicked(p)
			if ww, ok := w.(middleware.WrapResponseWriter); ok && ww.Status() != 0 {
				s.fault(r.Context(), err)
				panic(http.ErrAbortHandler)
			}
			s.refuse(w, r, err)
		}()
		next.ServeHTTP(w, r)
	})
}

// panicError is a panic as an error, with the stack it came from.
type panicError struct {
	what  string
	stack []byte
}

// Error is for the log.
func (e *panicError) Error() string { return "panic: " + e.what + "\n" + string(e.stack) }

// panicked keeps the words of the runtime only: other panics may quote a text.
func panicked(p any) error {
	what := fmt.Sprintf("%T", p)
	if err, ok := p.(runtime.Error); ok {
		what = err.Error()
	}
	return &panicError{what: what, stack: debug.Stack()}
}

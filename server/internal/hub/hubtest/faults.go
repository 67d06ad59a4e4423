package hubtest

import (
	"fmt"
	"net/http"
)

// Status answers with a status and headers given as name, value, name, value.
func Status(code int, headers ...string) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(code)
		})
	}
}

// Body answers 200 with a text.
func Body(text string) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) })
	}
}

// Header answers as usual but for headers given as name, value, name, value;
// an empty value removes.
func Header(headers ...string) func(http.Handler) http.Handler {
	return edit(func(w *edited) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
			if headers[i+1] == "" {
				w.Header().Del(headers[i])
			}
		}
	}, nil)
}

// CutAfter breaks the connection after n bytes of the body.
func CutAfter(n int) func(http.Handler) http.Handler {
	return stopAfter(n, func(*http.Request) {})
}

// Hang sends n bytes of the body and then nothing until the client gives up.
func Hang(n int) func(http.Handler) http.Handler {
	return stopAfter(n, func(r *http.Request) { <-r.Context().Done() })
}

func stopAfter(n int, then func(*http.Request)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			edit(nil, func(e *edited, b []byte) []byte {
				if e.written+len(b) < n {
					return b
				}
				_, _ = w.Write(b[:n-e.written])
				_ = http.NewResponseController(w).Flush()
				then(r)
				panic(http.ErrAbortHandler)
			})(next).ServeHTTP(w, r)
		})
	}
}

// Corrupt turns over one bit of the body's first byte.
func Corrupt() func(http.Handler) http.Handler {
	return edit(nil, func(w *edited, b []byte) []byte {
		if w.written > 0 || len(b) == 0 {
			return b
		}
		return append([]byte{b[0] ^ 1}, b[1:]...)
	})
}

// Shorten ends the body after n bytes as if that were all.
func Shorten(n int) func(http.Handler) http.Handler {
	return edit(func(w *edited) { w.Header().Set("Content-Length", fmt.Sprint(n)) },
		func(w *edited, b []byte) []byte { return b[:min(len(b), max(n-w.written, 0))] })
}

// Lengthen adds a text to the end of the body.
func Lengthen(by string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		inner := edit(func(w *edited) { w.Header().Del("Content-Length") }, nil)(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inner.ServeHTTP(w, r)
			fmt.Fprint(w, by)
		})
	}
}

// IgnoreRange sends the whole file whatever was asked for.
func IgnoreRange() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Header.Del("Range")
			next.ServeHTTP(w, r)
		})
	}
}

// edited changes a response on its way.
type edited struct {
	http.ResponseWriter
	written int
	headers func(*edited)
	body    func(*edited, []byte) []byte
}

func edit(headers func(*edited), body func(*edited, []byte) []byte) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&edited{ResponseWriter: w, headers: headers, body: body}, r)
		})
	}
}

// WriteHeader edits the headers before they go.
func (w *edited) WriteHeader(code int) {
	if w.headers != nil {
		w.headers(w)
		w.headers = nil
	}
	w.ResponseWriter.WriteHeader(code)
}

// Write edits a piece of the body before it goes. It reports the length of the
// unedited piece, or the handler would stop.
func (w *edited) Write(b []byte) (int, error) {
	out := b
	if w.body != nil {
		out = w.body(w, b)
	}
	w.written += len(out)
	if _, err := w.ResponseWriter.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

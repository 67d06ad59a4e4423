//go:build splitrank_faults

package main

import (
	"io"
	"net/http"

	"github.com/splitrank/splitrank/shared/wire"
)

// withFaults lets a request choose its end, in the build that tests use:
// X-Request-Id: panic is one that the gateway recovers from, break one after the
// first event of a stream, die one in a goroutine, which nobody can recover from
// and which ends the whole program.
func withFaults(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get(wire.HeaderRequestID) {
		case "panic":
			r.Body = faulty{r.Body}
			h.ServeHTTP(w, r)
		case "break":
			h.ServeHTTP(&brittle{ResponseWriter: w}, r)
		case "die":
			go func() { panic("on purpose") }()
			<-make(chan struct{})
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// faulty panics where the gateway reads it.
type faulty struct{ io.ReadCloser }

func (faulty) Read([]byte) (int, error) { panic("on purpose") }

// brittle panics where it is written to a second time.
type brittle struct {
	http.ResponseWriter
	written bool
}

func (b *brittle) Write(p []byte) (int, error) {
	if b.written {
		panic("on purpose")
	}
	b.written = true
	return b.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find what is below.
func (b *brittle) Unwrap() http.ResponseWriter { return b.ResponseWriter }

//go:build splitrank_faults

package main

import "net/http"

// withFaults lets a request choose its end, in the build that tests use:
// X-Fault: panic is one that the gateway recovers from, X-Fault: die one in a
// goroutine, which nobody can recover from and which ends the whole program.
func withFaults(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("X-Fault") {
		case "panic":
			h.ServeHTTP(faulty{w}, r)
		case "die":
			go func() { panic("on purpose") }()
			<-make(chan struct{})
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// faulty panics within the gateway, when it answers.
type faulty struct{ http.ResponseWriter }

func (f faulty) WriteHeader(status int) {
	if status == http.StatusOK {
		panic("on purpose")
	}
	f.ResponseWriter.WriteHeader(status)
}

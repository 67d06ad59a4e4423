// Package remotetest has backends for tests. They are strict: what a real one would
// refuse, they refuse. And they fail in all the ways that one can.
package remotetest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Server is a backend on a port of its own. Its fields may be set before it is asked.
type Server struct {
	*httptest.Server
	mu       sync.Mutex
	faults   []Fault
	always   *Fault
	calls    int // that were to score something
	down     bool
	inFlight int
	most     int
	requests []*http.Request
	stopped  chan struct{}
}

// Fault is how a call for scores fails. The zero value is none.
type Fault struct {
	// Status and Body are answered in place of scores; 0 = 200.
	Status int
	Header http.Header
	Body   string
	// Hang answers nothing until the caller has gone; Drip a byte at a time until then.
	Hang, Drip bool
	// Cut ends the connection within the body.
	Cut bool
	// Bytes of the body, filled up with spaces.
	Bytes int
	// Change is done to a body that would be right.
	Change func(body string) string
	// Wait is closed when the answer may go out. nil = at once.
	Wait chan struct{}
}

func start(t testing.TB, mux http.Handler) *Server {
	s := &Server{stopped: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		down := s.down
		s.requests = append(s.requests, r)
		s.mu.Unlock()
		if down {
			panic(http.ErrAbortHandler)
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Stop)
	return s
}

// Stop ends the server, and what hangs.
func (s *Server) Stop() {
	s.mu.Lock()
	select {
	case <-s.stopped:
	default:
		close(s.stopped)
	}
	s.mu.Unlock()
	s.Server.CloseClientConnections()
	s.Server.Close()
}

// Fail the next calls for scores, one fault each.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// FailAlways fails all calls for scores from now on; nil = none.
func (s *Server) FailAlways(f *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always = f
}

// Down breaks off every connection from now on, or no longer.
func (s *Server) Down(down bool) {
	s.mu.Lock()
	s.down = down
	s.mu.Unlock()
	if down {
		s.Server.CloseClientConnections()
	}
}

// Calls for scores so far, those of checks included, and the most at once.
func (s *Server) Calls() (n, atOnce int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls, s.most
}

// Headers of all requests so far, by name.
func (s *Server) Headers(name string) (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		list = append(list, r.Header.Get(name))
	}
	return list
}

// next fault, if there is one.
func (s *Server) next() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	switch {
	case len(s.faults) > 0:
		f := s.faults[0]
		s.faults = s.faults[1:]
		return f
	case s.always != nil:
		return *s.always
	}
	return Fault{}
}

// answer a call for scores whose right answer is body.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, body string) {
	s.enter(1)
	defer s.enter(-1)
	f := s.next()
	if f.Wait != nil {
		select {
		case <-f.Wait:
		case <-r.Context().Done():
			return
		}
	}
	if f.Hang {
		s.untilGone(r)
		return
	}
	for name, values := range f.Header {
		w.Header()[name] = values
	}
	if f.Body != "" || f.Status != 0 {
		body = f.Body
	}
	if f.Change != nil {
		body = f.Change(body)
	}
	if n := f.Bytes - len(body); n > 0 {
		body += strings.Repeat(" ", n)
	}
	s.write(w, r, f, body)
}

func (s *Server) enter(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight += n
	s.most = max(s.most, s.inFlight)
}

func (s *Server) untilGone(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.stopped:
	}
}

func (s *Server) write(w http.ResponseWriter, r *http.Request, f Fault, body string) {
	if f.Cut || f.Drip {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	if f.Drip {
		fmt.Fprint(w, body[:1])
		w.(http.Flusher).Flush()
		s.untilGone(r)
		return
	}
	fmt.Fprint(w, body)
	if f.Cut {
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

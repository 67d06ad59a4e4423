package httpapi

import (
	"io"
	"net/http"
	"sync/atomic"

	"github.com/splitrank/splitrank/shared/wire"
)

// requireJSON wants a body that is JSON.
func (s *Server) requireJSON(next http.Handler) http.Handler {
	return s.checked(func(r *http.Request) error { return wire.CheckJSON(r.Header) }, next)
}

// readBody reads what the limit allows. done gives back the memory that the body
// counts for, and is never nil.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) (body []byte, done func(), err error) {
	m := &meter{held: &s.bodyBytes, most: s.config.InFlightBytes, full: s.busy}
	body, err = wire.ReadBody(w, r, s.config.Limits.BodyBytes, func(from io.Reader) io.Reader {
		m.from = from
		return m
	})
	return body, func() { s.bodyBytes.Add(-m.taken) }, err
}

// meter counts what is read through it, and stops where all of them together
// hold too much. Bytes count when they come, so that slow senders hold little.
type meter struct {
	from  io.Reader
	held  *atomic.Int64 // by all meters
	most  int64
	full  func() error // what to say then
	taken int64        // by this one
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	m.taken += int64(n)
	if m.held.Add(int64(n)) > m.most {
		return n, m.full()
	}
	return n, err
}

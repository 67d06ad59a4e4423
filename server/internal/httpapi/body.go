package httpapi

import (
	"bytes"
	"errors"
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
	limit := s.config.Limits.BodyBytes
	m := &meter{from: http.MaxBytesReader(w, r.Body, int64(limit)), held: &s.bodyBytes, most: s.config.InFlightBytes}
	done = func() { s.bodyBytes.Add(-m.taken) }
	if r.ContentLength > int64(limit) {
		return nil, done, wire.TooLarge(limit)
	}
	var b bytes.Buffer
	b.Grow(wire.FirstRead(r.ContentLength) + bytes.MinRead)
	switch _, err := b.ReadFrom(m); {
	case errors.Is(err, errFull):
		return nil, done, s.busy()
	case err != nil:
		return nil, done, wire.Unread(err, limit)
	}
	return b.Bytes(), done, nil
}

// meter counts what is read through it, and stops where all of them together
// hold too much. Bytes count when they come, so that slow senders hold little.
type meter struct {
	from  io.Reader
	held  *atomic.Int64 // by all meters
	most  int64
	taken int64 // by this one
}

var errFull = errors.New("the memory for bodies is full")

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	m.taken += int64(n)
	if m.held.Add(int64(n)) > m.most {
		return n, errFull
	}
	return n, err
}

package httpapi

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/splitrank/splitrank/shared/api"
)

// requireJSON wants application/json in UTF-8, uncompressed. A web page cannot
// send that to another origin without asking first, which keeps forged requests out.
func (s *Server) requireJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isJSON(r.Header.Get("Content-Type")) {
			s.refuse(w, r, api.NewError(api.UnsupportedMediaType, "the body must be sent with Content-Type: application/json, in UTF-8"))
			return
		}
		if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
			s.refuse(w, r, api.NewError(api.UnsupportedMediaType, "the body must be sent without Content-Encoding"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isJSON(contentType string) bool {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/json" {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}

// readBody reads what the limit allows. done gives back the memory that the body
// counts for, and is never nil.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) (body []byte, done func(), err error) {
	limit := s.config.Limits.BodyBytes
	m := &meter{from: http.MaxBytesReader(w, r.Body, int64(limit)), held: &s.bodyBytes, most: s.config.InFlightBytes}
	done = func() { s.bodyBytes.Add(-m.taken) }
	if r.ContentLength > int64(limit) {
		return nil, done, tooLarge(limit)
	}
	var b bytes.Buffer
	b.Grow(firstRead(r.ContentLength))
	switch _, err := b.ReadFrom(m); {
	case errors.Is(err, errFull):
		return nil, done, s.busy()
	case err != nil:
		return nil, done, unread(err, limit)
	}
	return b.Bytes(), done, nil
}

// firstRead trusts an announced length a little: announcing is cheap.
func firstRead(announced int64) int {
	const most = 256 << 10
	return int(min(max(announced, 0), most)) + bytes.MinRead
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

func tooLarge(limit int) error {
	return api.NewError(api.BodyTooLarge, "the body is longer than "+strconv.Itoa(limit)+" bytes")
}

// unread says why a body could not be read.
func unread(err error, limit int) error {
	var over *http.MaxBytesError
	var network net.Error
	switch {
	case errors.As(err, &over):
		return tooLarge(limit)
	case errors.As(err, &network) && network.Timeout():
		return api.NewError(api.RequestTimeout, "the body came too slowly")
	}
	return api.NewError(api.MalformedJSON, "the body ends before its announced length")
}

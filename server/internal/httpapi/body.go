package httpapi

import (
	"bytes"
	"errors"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"

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

// readBody reads what the limit allows.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	limit := s.config.Limits.BodyBytes
	if r.ContentLength > int64(limit) {
		return nil, tooLarge(limit)
	}
	var b bytes.Buffer
	b.Grow(firstRead(r.ContentLength))
	_, err := b.ReadFrom(http.MaxBytesReader(w, r.Body, int64(limit)))
	if err != nil {
		return nil, unread(err, limit)
	}
	return b.Bytes(), nil
}

// firstRead trusts an announced length up to a megabyte: announcing is cheap.
func firstRead(announced int64) int {
	const most = 1 << 20
	return int(min(max(announced, 0), most)) + bytes.MinRead
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

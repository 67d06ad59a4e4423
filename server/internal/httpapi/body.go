package httpapi

import (
	"io"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// requireJSON wants a body that is JSON.
func (s *Server) requireJSON(next http.Handler) http.Handler {
	return s.checked(func(r *http.Request) error { return wire.CheckJSON(r.Header) }, next)
}

// readBody reads what the limits allow. The account pays for it as it comes, so
// that slow senders hold little, and then for what decoding it into at most so
// many documents may take.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request, account *wire.Account, documents int) (body []byte, err error) {
	arrived, err := s.beginBody(r.Context())
	if err != nil {
		return nil, err
	}
	defer arrived()
	m, end := s.receive(w, account)
	defer func() { end(err) }()
	body, err = wire.ReadBody(w, r, s.config.Limits.BodyBytes, func(from io.Reader) io.Reader {
		m.from = from
		return m
	})
	if err == nil {
		recordOf(r.Context()).received = true
		err = s.take(account, api.DecodingBytes(len(body), documents), m)
	}
	return body, err
}

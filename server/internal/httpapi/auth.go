package httpapi

import (
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"

	"github.com/splitrank/splitrank/shared/wire"
)

// authorize lets a caller with a key pass, or everybody where there are no keys.
func (s *Server) authorize(next http.Handler) http.Handler {
	return s.checked(s.identify, next)
}

// identify notes whose key a request shows. The error is an *api.Error.
func (s *Server) identify(r *http.Request) error {
	keys := *s.keys.Load()
	if len(keys) == 0 {
		return nil
	}
	rec := recordOf(r.Context())
	shown, any := wire.Shown(r.Header)
	if err := s.guesses.allow(rec.address, shown); any && err != nil {
		s.metrics.keysRefused.Inc()
		return err
	}
	key, err := keys.Match(r.Header)
	if any {
		s.guesses.note(rec.address, shown, err == nil)
	}
	if err != nil {
		s.metrics.keysRefused.Inc()
		return err
	}
	rec.key, rec.tenant = nameOf(keys, key), hex.EncodeToString(key.Hash[:])
	return nil
}

// nameOf a key in the log: its own, or its number.
func nameOf(keys wire.Keys, key *wire.Key) string {
	if key.Name != "" {
		return key.Name
	}
	for i := range keys {
		if &keys[i] == key {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// SetKeys puts others in place of the keys, for requests that come from now on.
// None, which would open the server, is an error.
func (s *Server) SetKeys(keys wire.Keys) error {
	if len(keys) == 0 {
		return errors.New("changing the keys: none is left")
	}
	s.keys.Store(&keys)
	return nil
}

// checked refuses what does not pass a check.
func (s *Server) checked(check func(*http.Request) error, next http.Handler) http.Handler {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		if err := check(r); err != nil {
			return err
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
)

// keys are kept as hashes: equally long, so that comparing them tells nothing
// about the length of a key either.
type keys [][sha256.Size]byte

func hashKeys(plain []string) keys {
	var k keys
	for _, key := range plain {
		k = append(k, sha256.Sum256([]byte(key)))
	}
	return k
}

// allow compares with every key, in the same time whichever matches.
func (k keys) allow(key string) bool {
	hash := sha256.Sum256([]byte(key))
	found := 0
	for i := range k {
		found |= subtle.ConstantTimeCompare(hash[:], k[i][:])
	}
	return found == 1
}

// authorize lets a caller with a key pass, or everybody where there are no keys.
func (s *Server) authorize(next http.Handler) http.Handler {
	if len(s.keys) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key, ok := bearer(r); !ok || !s.keys.allow(key) {
			s.refuse(w, r, api.NewError(api.Unauthorized, "this server wants a known key: Authorization: Bearer KEY"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func bearer(r *http.Request) (key string, ok bool) {
	scheme, key, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(key), ok && strings.EqualFold(scheme, "Bearer")
}

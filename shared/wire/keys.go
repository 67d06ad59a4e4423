package wire

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
)

// Keys that callers show as "Authorization: Bearer KEY". They are kept as
// hashes: equally long, so that comparing them tells nothing about the length of
// a key either. The zero value is none, which lets everybody pass.
type Keys [][sha256.Size]byte

// NewKeys takes keys in plain text, which must not be empty or hold what no
// header can carry.
func NewKeys(plain []string) (Keys, error) {
	var k Keys
	for i, key := range plain {
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, fmt.Errorf("API key %d is empty or has a character that no header can carry", i+1)
		}
		k = append(k, sha256.Sum256([]byte(key)))
	}
	return k, nil
}

// Check that h shows one of the keys. The error is an *api.Error.
func (k Keys) Check(h http.Header) error {
	if len(k) == 0 {
		return nil
	}
	if key, ok := bearer(h); !ok || !k.allow(key) {
		return api.NewError(api.Unauthorized, "this server wants a known key: Authorization: Bearer KEY")
	}
	return nil
}

// allow compares with every key, in the same time whichever matches.
func (k Keys) allow(key string) bool {
	hash := sha256.Sum256([]byte(key))
	found := 0
	for i := range k {
		found |= subtle.ConstantTimeCompare(hash[:], k[i][:])
	}
	return found == 1
}

func bearer(h http.Header) (key string, ok bool) {
	scheme, key, ok := strings.Cut(h.Get("Authorization"), " ")
	return strings.TrimSpace(key), ok && strings.EqualFold(scheme, "Bearer")
}

package wire

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
)

// Headers beside the standard ones.
const (
	HeaderRequestID = "X-Request-Id"
	// HeaderDegraded and HeaderReason tell of a degraded answer in every shape.
	HeaderDegraded = "X-Splitrank-Degraded"
	HeaderReason   = "X-Splitrank-Reason"
)

// TellDegraded writes into h that answer is degraded, and why, if it is.
func TellDegraded(h http.Header, answer *api.Response) {
	if !answer.Degraded {
		return
	}
	h.Set(HeaderDegraded, "true")
	if answer.Reason != "" {
		h.Set(HeaderReason, answer.Reason)
	}
}

// NoStore reports that h says Cache-Control: no-store, which keeps a request
// out of every cache as its field cache would.
func NoStore(h http.Header) bool {
	for _, line := range h.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(directive), "no-store") {
				return true
			}
		}
	}
	return false
}

// PrefersAsync reports that h says Prefer: respond-async (RFC 7240).
func PrefersAsync(h http.Header) bool {
	for _, line := range h.Values("Prefer") {
		for preference := range strings.SplitSeq(line, ",") {
			if name, _, _ := strings.Cut(preference, ";"); strings.EqualFold(strings.TrimSpace(name), "respond-async") {
				return true
			}
		}
	}
	return false
}

// RequestID gives a request its id: the caller's own where it is sane, so that
// its logs and ours can be joined. The answer w tells it.
func RequestID(w http.ResponseWriter, r *http.Request) string {
	id := r.Header.Get(HeaderRequestID)
	if !isSaneID(id) {
		id = rand.Text()
	}
	w.Header().Set(HeaderRequestID, id)
	return id
}

// isSaneID allows what cannot break a log line: 1 to 128 letters, digits and -_.:/+=@
func isSaneID(id string) bool {
	for _, c := range []byte(id) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '-', c == '_', c == '.', c == ':', c == '/', c == '+', c == '=', c == '@':
		default:
			return false
		}
	}
	return len(id) >= 1 && len(id) <= 128
}

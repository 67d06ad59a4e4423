package httpapi

import (
	"net/http"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
)

// optOut keeps a request out of the cache whose headers say
// Cache-Control: no-store, as its field cache would.
func optOut(r *http.Request, req *api.Request) {
	req.NoCache = req.NoCache || noStore(r.Header)
}

func noStore(h http.Header) bool {
	for _, line := range h.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(directive), "no-store") {
				return true
			}
		}
	}
	return false
}

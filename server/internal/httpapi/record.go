package httpapi

import (
	"context"
	"crypto/rand"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
)

// record is what the log and the metrics learn about a request while it is
// served. It holds no text of the caller's.
type record struct {
	id        string
	code      api.Code // "" = answered
	requests  int      // of a batch
	documents int
	degraded  bool
}

type recordKey struct{}

// recordOf the request that ctx belongs to; withRecord has put it there.
func recordOf(ctx context.Context) *record { return ctx.Value(recordKey{}).(*record) }

// withRecord gives the request an id: the caller's own where it is sane, so that
// its logs and ours can be joined.
func (s *Server) withRecord(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &record{id: r.Header.Get("X-Request-Id")}
		if !isSaneID(rec.id) {
			rec.id = rand.Text()
		}
		w.Header().Set("X-Request-Id", rec.id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), recordKey{}, rec)))
	})
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

package httpapi

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// record is what the log and the metrics learn about a request while it is
// served. It holds no text of the caller's:
// see RATIONALE: why-the-log-has-routes-and-codes-only.
type record struct {
	id        string
	shape     api.Shape // errors are worded in it
	code      api.Code  // "" = answered
	requests  int       // of a batch
	documents int
	received  bool // its body has come
	degraded  bool
	reason    string     // of the last answer that was less than was asked for
	address   netip.Addr // of the client
	key       string     // the name of the key that it showed
	tenant    string     // the hash of it; "" = everybody is one
}

type recordKey struct{}

// recordOf the request that ctx belongs to; withRecord has put it there.
func recordOf(ctx context.Context) *record { return ctx.Value(recordKey{}).(*record) }

// withRecord gives the request an id and a record.
func (s *Server) withRecord(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mount, _ := api.MountAt(r.URL.Path)
		rec := &record{id: wire.RequestID(w, r), shape: mount.Shape, address: s.config.Proxies.Client(r)}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), recordKey{}, rec)))
	})
}

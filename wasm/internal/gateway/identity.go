package gateway

import (
	"context"
	"net/http"

	"github.com/splitrank/splitrank/shared/wire"
)

type identityKey struct{}

// identity is what follows a request to the origin and into the logs: its id
// and its trace context (W3C Trace Context).
type identity struct{ id, parent, state string }

// IDOf the request that ctx belongs to; "" = none.
func IDOf(ctx context.Context) string {
	i, _ := ctx.Value(identityKey{}).(identity)
	return i.id
}

type tenantKey struct{}

// ofTenant notes whose request it is, where each key is a tenant of its own.
func (g *Gateway) ofTenant(r *http.Request, key *wire.Key) *http.Request {
	if !g.config.TenantByKey || key == nil {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), tenantKey{}, string(key.Hash[:])))
}

// tenantOf the request that ctx belongs to; "" = all are one.
func tenantOf(ctx context.Context) string {
	tenant, _ := ctx.Value(tenantKey{}).(string)
	return tenant
}

// identified gives a request its identity.
func (g *Gateway) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := identity{id: wire.RequestID(w, r)}
		i.parent, i.state = wire.Trace(r.Header)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), identityKey{}, i)))
	})
}

// forwarded are the headers of a question on behalf of the request of ctx.
func forwarded(ctx context.Context, accept string) http.Header {
	h := http.Header{"Content-Type": {"application/json"}, "Accept": {accept}}
	i, _ := ctx.Value(identityKey{}).(identity)
	set(h, wire.HeaderRequestID, i.id)
	set(h, "Traceparent", i.parent)
	set(h, "Tracestate", i.state)
	return h
}

func set(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

package gateway

import (
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// route answers by path and method.
func (g *Gateway) route(w http.ResponseWriter, r *http.Request) {
	if m, ok := api.MountAt(r.URL.Path); ok {
		g.rerank(m, w, r)
		return
	}
	var err error
	switch r.URL.Path {
	case "/rerank/batch":
		err = g.post(w, r, g.batch)
	case "/events":
		err = g.post(w, r, g.events)
	case "/healthz":
		err = get(w, r, `{"status":"ok"}`)
	case "/info":
		err = g.info(w, r)
	case "/readyz", "/ping":
		err = get(w, r, `{"status":"ready"}`)
	default:
		err = api.NewError(api.NotFound, "there is nothing at this path: POST to /rerank or /rerank/batch")
	}
	if err != nil {
		g.refuse(w, r, api.Native, err)
	}
}

func get(w http.ResponseWriter, r *http.Request, body string) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return wrongMethod(w, "GET, HEAD")
	}
	wire.WriteJSON(w, http.StatusOK, []byte(body))
	return nil
}

func wrongMethod(w http.ResponseWriter, allowed string) error {
	w.Header().Set("Allow", allowed)
	return api.NewError(api.MethodNotAllowed, "this path takes "+allowed+" only")
}

// post reads a body for a handler, after everything that can be refused without it.
func (g *Gateway) post(w http.ResponseWriter, r *http.Request, handle func(http.ResponseWriter, *http.Request, []byte) error) error {
	if r.Method != http.MethodPost {
		return wrongMethod(w, "POST")
	}
	if err := g.allow(r); err != nil {
		return err
	}
	key, err := g.keys.Match(r.Header)
	if err != nil {
		return err
	}
	r = g.ofTenant(r, key)
	if err := wire.CheckJSON(r.Header); err != nil {
		return err
	}
	body, err := wire.ReadBody(w, r, g.config.Limits.BodyBytes, nil)
	if err != nil {
		return err
	}
	return handle(w, r, body)
}

// allow comes before the keys: guessing them is bounded, too.
func (g *Gateway) allow(r *http.Request) error {
	if g.config.Limiter != nil && !g.config.Limiter.Allow(r.Context(), r.RemoteAddr) {
		return api.NewError(api.Overloaded, "too many requests came from this address: try again later")
	}
	return nil
}

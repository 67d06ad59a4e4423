package gateway

import (
	"net/http"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// info tells of this edge: its limits, its scorer and the languages of that. It
// names no model, since the edge has none: those of its origin, the origin tells.
// It needs a key where there are keys, as the server's does.
func (g *Gateway) info(w http.ResponseWriter, r *http.Request) error {
	if err := g.keys.Check(r.Header); err != nil {
		return err
	}
	return get(w, r, string(api.AppendInfo(nil, api.Info{
		Scorer: g.Scorer(), Languages: heuristics.Languages(g.config.Stemmers), Limits: g.config.Limits,
	})))
}

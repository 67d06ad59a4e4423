package gateway

import (
	"context"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// rerank serves POST /rerank, in either shape. See RATIONALE: why-the-edge-decodes-json-in-go.
func (g *Gateway) rerank(w http.ResponseWriter, r *http.Request, body []byte) error {
	req, err := api.DecodeRequest(body, g.config.Limits)
	if err != nil {
		return err
	}
	watched := wire.WantsEvents(r.Header)
	release, err := g.reserve(req, states(watched))
	defer release()
	if err != nil {
		return err
	}
	req.NoCache = req.NoCache || wire.NoStore(r.Header)
	if watched {
		return g.stream(w, r, req)
	}
	answer, err := g.answer(r.Context(), req)
	if err != nil {
		return err
	}
	wire.TellDegraded(w.Header(), answer)
	wire.WriteJSON(w, http.StatusOK, api.AppendAnswer(nil, req.Shape, answer))
	return nil
}

// answer one request: plan, refine, merge.
func (g *Gateway) answer(ctx context.Context, req *api.Request) (*api.Response, error) {
	p, err := g.plan(req)
	if err != nil {
		return nil, err
	}
	var f refinement
	if p.pipeline != api.Heuristic {
		if f, err = g.refine(ctx, p); err != nil {
			return nil, err
		}
	}
	return p.response(g.Scorer(), f), nil
}

package gateway

import (
	"context"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// rerank serves POST /rerank, in either shape.
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

// answer one request.
func (g *Gateway) answer(ctx context.Context, req *api.Request) (*api.Response, error) {
	t, err := g.begin(ctx, req)
	if err != nil {
		return nil, err
	}
	t.remember()
	if t.open() {
		t.settle(t.refined())
	}
	return t.end()
}

// refined is what the origin says about a task.
func (t *task) refined() (*api.Response, error) {
	a, err := t.ask("application/json")
	if err != nil {
		return nil, err
	}
	body, err := read(a, t.gateway.config.Limits)
	if err != nil {
		return nil, err
	}
	return understood(body)
}

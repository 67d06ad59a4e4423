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
	req.NoCache = req.NoCache || wire.NoStore(r.Header)
	if wire.WantsEvents(r.Header) {
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
	if t.open() {
		t.settle(g.ask(ctx, t))
	}
	return t.end()
}

// ask the origin about one task and return what it said.
func (g *Gateway) ask(ctx context.Context, t *task) (*api.Response, error) {
	a, err := g.config.Origin.Ask(ctx, Question{
		Path: "/rerank", Header: forwarded(ctx, "application/json"), Body: api.AppendRequest(nil, t.asked), LeftMS: t.left(),
	})
	if err != nil {
		return nil, err
	}
	body, err := read(a, g.config.Limits)
	if err != nil {
		return nil, err
	}
	return understood(body)
}

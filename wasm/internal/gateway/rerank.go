package gateway

import (
	"context"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// rerank serves one list of documents, in the shapes of a path.
// See RATIONALE: why-the-edge-decodes-json-in-go.
func (g *Gateway) rerank(m api.Mount, w http.ResponseWriter, r *http.Request) {
	shape := m.Shape
	err := g.post(w, r, func(w http.ResponseWriter, r *http.Request, body []byte) (err error) {
		account := g.memory.Open()
		defer account.Close()
		if err := account.Take(api.DecodingBytes(len(body), g.config.Limits.Documents)); err != nil {
			return err
		}
		var req *api.Request
		if req, shape, err = m.Decode(body, g.config.Limits); err != nil {
			return err
		}
		watched := wire.WantsEvents(r.Header)
		if err := account.Take(req.AnswerBytes(states(watched)) + g.questionBytes(body)); err != nil {
			return err
		}
		return g.rerankDecoded(w, r, req, watched)
	})
	if err != nil {
		g.refuse(w, r, shape, err)
	}
}

func (g *Gateway) rerankDecoded(w http.ResponseWriter, r *http.Request, req *api.Request, watched bool) error {
	req.NoCache = req.NoCache || wire.NoStore(r.Header)
	if err := wire.NameClient(r.Header, req); err != nil {
		return err
	}
	if watched {
		return g.stream(w, r, req)
	}
	answer, err := g.answer(r.Context(), req)
	if err != nil {
		return err
	}
	wire.TellDegraded(w.Header(), answer)
	wire.TellQueryID(w.Header(), answer)
	wire.WriteAnswer(w, req, answer)
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

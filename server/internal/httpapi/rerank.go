package httpapi

import (
	"context"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// rerank serves POST /rerank, in either shape.
func (s *Server) rerank(w http.ResponseWriter, r *http.Request) error {
	body, done, err := s.readBody(w, r)
	defer done()
	if err != nil {
		return err
	}
	req, err := api.DecodeRequest(body, s.config.Limits)
	if err != nil {
		return err
	}
	optOut(r, req)
	ctx, cancel := s.withTimeout(r.Context())
	defer cancel()
	s.look(ctx, req)
	if wire.WantsEvents(r.Header) {
		return s.stream(ctx, w, r, req)
	}
	answer, err := s.config.Reranker.Rerank(ctx, req)
	if err != nil {
		return err
	}
	s.tellDegraded(w.Header(), r, answer)
	wire.WriteJSON(w, http.StatusOK, api.AppendAnswer(nil, req.Shape, answer))
	return nil
}

// withTimeout ends work that takes longer than the server is willing to.
func (s *Server) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	cause := api.NewError(api.Overloaded, "this server could not answer in "+s.config.RequestTimeout.String()+": try again later")
	return context.WithTimeoutCause(ctx, s.config.RequestTimeout, cause)
}

// look notes what the log and the metrics want to know of a request.
func (s *Server) look(ctx context.Context, req *api.Request) {
	s.metrics.documents.Observe(float64(len(req.Documents)))
	recordOf(ctx).documents += len(req.Documents)
}

func (s *Server) tellDegraded(h http.Header, r *http.Request, answer *api.Response) {
	if !answer.Degraded {
		return
	}
	recordOf(r.Context()).degraded = true
	s.metrics.degraded.WithLabelValues(answer.Reason).Inc()
	wire.TellDegraded(h, answer)
}

// optOut keeps a request out of the cache whose headers say so.
func optOut(r *http.Request, req *api.Request) {
	req.NoCache = req.NoCache || wire.NoStore(r.Header)
}

package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// rerank serves one list of documents, in the shapes of a path.
func (s *Server) rerank(m api.Mount) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error { return s.rerankAt(m, w, r) }
}

func (s *Server) rerankAt(m api.Mount, w http.ResponseWriter, r *http.Request) error {
	_, span := tracing.Start(r.Context(), tracing.Admission)
	defer span.End()
	account := s.memory.Open()
	defer account.Close()
	body, err := s.readBody(w, r, account, s.config.Limits.Documents)
	if err != nil {
		return err
	}
	leave, err := s.admit()
	if err != nil {
		return err
	}
	defer leave()
	req, err := s.decode(r.Context(), m, body)
	if err != nil {
		return err
	}
	watched := wire.WantsEvents(r.Header)
	if err := s.reserve(account, body, s.config.Limits.Documents, req.Bytes(), req.AnswerBytes(states(watched))); err != nil {
		return err
	}
	s.prepare(r, req)
	if err := wire.NameClient(r.Header, req); err != nil {
		return err
	}
	span.End()
	ctx, cancel := s.withTimeout(r.Context())
	defer cancel()
	s.look(ctx, req)
	if watched {
		return s.stream(ctx, w, r, req)
	}
	answer, err := s.config.Reranker.Rerank(ctx, req)
	if err != nil {
		return err
	}
	s.tellDegraded(w.Header(), r, answer)
	wire.WriteAnswer(w, req, answer)
	return nil
}

// decode a body of a path, and note when it had come.
func (s *Server) decode(ctx context.Context, m api.Mount, body []byte) (req *api.Request, err error) {
	came := time.Now()
	waited, gone := s.turns.decode(ctx, body, func(body []byte) {
		req, recordOf(ctx).shape, err = m.Decode(body, s.config.Limits)
	})
	if gone != nil {
		return nil, gone
	}
	if err == nil {
		req.Came, req.Waited = came, waited
	}
	return req, err
}

// withTimeout ends work that takes longer than the server is willing to.
func (s *Server) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, s.config.RequestTimeout, s.tooLong())
}

func (s *Server) tooLong() error {
	return api.NewError(api.Overloaded, "this server could not answer in "+s.config.RequestTimeout.String()+": try again later")
}

// look notes what the log and the metrics want to know of a request.
func (s *Server) look(ctx context.Context, req *api.Request) {
	s.metrics.documents.Observe(float64(len(req.Documents)))
	recordOf(ctx).documents += len(req.Documents)
}

func (s *Server) tellDegraded(h http.Header, r *http.Request, answer *api.Response) {
	s.noteDegraded(r, answer)
	wire.TellDegraded(h, answer)
	wire.TellQueryID(h, answer)
}

// noteDegraded counts an answer, nil = none, that is less than was asked for.
func (s *Server) noteDegraded(r *http.Request, answer *api.Response) {
	if answer != nil && answer.Degraded {
		rec := recordOf(r.Context())
		rec.degraded, rec.reason = true, answer.Reason
		s.metrics.degraded.WithLabelValues(answer.Reason).Inc()
	}
}

// prepare notes on a request what its headers say about the cache: to keep out
// of it, and whose it is.
func (s *Server) prepare(r *http.Request, req *api.Request) {
	req.NoCache = req.NoCache || wire.NoStore(r.Header)
	if s.config.TenantByKey {
		req.Tenant = recordOf(r.Context()).tenant
	}
}

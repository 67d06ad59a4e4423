package httpapi

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// batch serves POST /rerank/batch: 200 with an answer or an error for each
// request, unless the batch as a whole is wrong.
func (s *Server) batch(w http.ResponseWriter, r *http.Request) error {
	body, done, err := s.readBody(w, r)
	defer done()
	if err != nil {
		return err
	}
	items, err := api.DecodeBatch(body, s.config.Limits)
	if err != nil {
		return err
	}
	ctx, cancel := s.withTimeout(r.Context())
	defer cancel()
	s.count(ctx, items)
	for _, item := range items {
		if item.Err == nil {
			optOut(r, item.Request)
		}
	}
	answers := s.answerAll(ctx, items)
	if err := r.Context().Err(); isGone(r.Context(), err) {
		return err
	}
	for _, a := range answers {
		if a.Err == nil {
			s.tellDegraded(w.Header(), r, a.Response)
		}
	}
	wire.WriteJSON(w, http.StatusOK, api.AppendBatch(nil, answers))
	return nil
}

// count does for a batch, before it is spread, what look does for one request.
func (s *Server) count(ctx context.Context, items []api.BatchItem) {
	rec := recordOf(ctx)
	rec.requests = len(items)
	for _, item := range items {
		if item.Err == nil {
			rec.documents += len(item.Request.Documents)
			s.metrics.documents.Observe(float64(len(item.Request.Documents)))
		}
	}
}

// answerAll keeps the order and a bounded number at work.
func (s *Server) answerAll(ctx context.Context, items []api.BatchItem) []api.BatchAnswer {
	answers := make([]api.BatchAnswer, len(items))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(s.config.BatchParallel, len(items)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(items)); i = next.Add(1) - 1 {
				answers[i] = s.answer(ctx, items[i])
			}
		})
	}
	wg.Wait()
	return answers
}

// answer keeps an error, and even a panic, with its own request.
func (s *Server) answer(ctx context.Context, item api.BatchItem) (a api.BatchAnswer) {
	if item.Err != nil {
		return api.BatchAnswer{Err: item.Err}
	}
	defer func() {
		if p := recover(); p != nil {
			a = api.BatchAnswer{Err: s.fault(ctx, panicked(p))}
		}
	}()
	response, err := s.config.Reranker.Rerank(ctx, item.Request)
	if err != nil {
		return api.BatchAnswer{Err: s.fault(ctx, err)}
	}
	return api.BatchAnswer{Shape: item.Request.Shape, Response: response}
}

package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// batch serves POST /rerank/batch: 200 with an answer or an error for each
// request, unless the batch as a whole is wrong. An answer is written when those
// before it are, and requests begin only as answers are taken: a batch whose
// answers nobody reads stops, and holds a few of them.
func (s *Server) batch(w http.ResponseWriter, r *http.Request) error {
	_, span := tracing.Start(r.Context(), tracing.Admission)
	defer span.End()
	account := s.memory.Open()
	defer account.Close()
	body, err := s.readBody(w, r, account, s.config.Limits.BatchDocuments)
	if err != nil {
		return err
	}
	leave, err := s.admit()
	if err != nil {
		return err
	}
	defer leave()
	var items []api.BatchItem
	_, gone := s.turns.decode(r.Context(), body, func(body []byte) { items, err = api.DecodeBatch(body, s.config.Limits) })
	if err = cmp.Or(gone, err); err != nil {
		return err
	}
	if err := s.reserve(account, body, s.config.Limits.BatchDocuments, decodedBytes(items), api.BatchBytes(items, s.window(items))); err != nil {
		return err
	}
	span.End()
	clock := s.newWorkClock(r.Context())
	defer clock.stop()
	s.count(clock.ctx, items)
	for _, item := range items {
		if item.Err == nil {
			s.prepare(r, item.Request)
		}
	}
	return s.answerAll(clock, w, r, items)
}

func decodedBytes(items []api.BatchItem) (total int64) {
	for _, item := range items {
		if item.Err == nil {
			total += item.Request.Bytes()
		}
	}
	return total
}

// window is how many requests of a batch may be at work or wait to be written:
// twice as many as work, so that a slow one does not keep the others waiting.
func (s *Server) window(items []api.BatchItem) int { return min(2*s.config.BatchParallel, len(items)) }

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

// answerAll writes the answers in the order of their requests.
func (s *Server) answerAll(clock *workClock, w http.ResponseWriter, r *http.Request, items []api.BatchItem) error {
	out := wire.NewBatchAnswers(w)
	answers, taken, end := s.produce(clock.ctx, items)
	defer end()
	for i := range items {
		a := <-answers[i]
		if err := r.Context().Err(); isGone(r.Context(), err) {
			return s.hungUp(out, r, err)
		}
		s.noteDegraded(r, a.Response)
		clock.pause()
		err := out.Write(a)
		clock.goOn()
		if err != nil {
			return s.lost(r, err)
		}
		taken()
	}
	if err := out.Close(); err != nil {
		return s.lost(r, err)
	}
	return nil
}

// hungUp is the end of a batch whose caller is gone: an error as long as nothing
// was sent.
func (s *Server) hungUp(out *wire.BatchAnswers, r *http.Request, err error) error {
	if out.Begun() {
		return s.lost(r, err)
	}
	return err
}

// produce answers items, a bounded number at once, in order: each answer comes
// through a channel of its own. A request begins when it is among the first
// window that are not taken. end waits for those at work, which read the body.
func (s *Server) produce(ctx context.Context, items []api.BatchItem) (answers []chan api.BatchAnswer, taken, end func()) {
	answers = make([]chan api.BatchAnswer, len(items))
	for i := range answers {
		answers[i] = make(chan api.BatchAnswer, 1)
	}
	ctx, cancel := context.WithCancel(ctx)
	window := make(chan struct{}, s.window(items))
	var next atomic.Int64
	var wg sync.WaitGroup
	work := func() {
		for {
			select {
			case window <- struct{}{}:
			case <-ctx.Done(): // its cause, if it is one to tell, is told by the requests themselves
			}
			i := next.Add(1) - 1
			if i >= int64(len(items)) {
				return
			}
			answers[i] <- s.answer(ctx, items[i])
		}
	}
	for range min(s.config.BatchParallel, len(items)) {
		wg.Go(work)
	}
	taken = func() {
		select {
		case <-window:
		default: // the time was over before it began
		}
	}
	return answers, taken, func() { cancel(); wg.Wait() }
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
		return api.BatchAnswer{Form: item.Request.Form(), Err: s.fault(ctx, err)}
	}
	return api.BatchAnswer{Form: item.Request.Form(), Response: response}
}

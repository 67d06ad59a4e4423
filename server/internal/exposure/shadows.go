package exposure

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/ubi"
	"github.com/splitrank/splitrank/shared/api"
)

// What waits for the second arm of a shadow at most: more is noted without it.
const (
	mostShadows     = 64
	mostShadowBytes = 32 << 20 // of texts
)

// shadows answer with the second arm after the first one's answer has gone out. One
// works at a time, so that they take little from those who wait for an answer.
type shadows struct {
	waiting chan *shadowed
	bytes   atomic.Int64
	cancel  context.CancelFunc
	done    chan struct{}

	mu     sync.Mutex // held while sending, so that nobody sends after close
	closed bool
}

// shadowed is an answer that is to be compared.
type shadowed struct {
	showing *showing
	query   *ubi.Query
	arm     experiment.Arm
	bytes   int64
}

func newShadows(x *Exposer) *shadows {
	ctx, cancel := context.WithCancel(context.Background())
	s := &shadows{waiting: make(chan *shadowed, mostShadows), cancel: cancel, done: make(chan struct{})}
	go s.work(ctx, x)
	return s
}

func (s *shadows) work(ctx context.Context, x *Exposer) {
	defer close(s.done)
	for w := range s.waiting {
		if ctx.Err() == nil {
			w.compare(ctx)
		}
		w.showing.note(w.query)
		s.bytes.Add(-w.bytes)
	}
}

// shadow shows the first arm, and notes it when the second one has answered, too.
func (s *showing) shadow(ctx context.Context, seen func(*api.Response)) (*api.Response, error) {
	arms := s.exposure.Experiment.Arms
	s.exposure.Arm = arms[0].Name
	r, err := s.config.Reranker.Watch(ctx, armed(s.req, arms[0]), s.named(seen))
	s.exposure.Answers = []ubi.ArmAnswer{answerOf(arms[0], r, err, s.took())}
	q := s.query(r, err)
	if err != nil || !s.shadows.put(&shadowed{s, q, arms[1], textBytes(s.req)}) {
		s.note(q)
	}
	return r, err
}

func textBytes(req *api.Request) (n int64) {
	for i := range req.Documents {
		n += int64(len(req.Documents[i].Title) + len(req.Documents[i].Text) + len(req.Documents[i].Raw))
	}
	return n
}

// put is false where too much waits already.
func (s *shadows) put(w *shadowed) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.bytes.Load()+w.bytes > mostShadowBytes {
		return false
	}
	select {
	case s.waiting <- w:
		s.bytes.Add(w.bytes)
		return true
	default:
		return false
	}
}

// compare notes how the second arm would have answered. It may fail, or even panic, by
// itself.
func (w *shadowed) compare(ctx context.Context) {
	x := w.showing.exposure
	defer func() {
		if p := recover(); p != nil {
			x.Answers = append(x.Answers, ubi.ArmAnswer{Arm: w.arm.Name, Error: string(api.Internal)})
		}
	}()
	o := w.showing.ask(ctx, 1)
	x.Answers = append(x.Answers, answerOf(w.arm, o.response, o.err, o.took))
	if o.err != nil {
		return
	}
	after := w.showing.idsOf(o.response.Results)
	x.Shadow = &experiment.Comparison{
		Overlap: experiment.Overlap(w.query.HitIDs, after), Changed: experiment.Changed(w.query.HitIDs, after, experiment.ShadowDepth),
	}
}

// close leaves undone what waits.
func (s *shadows) close() {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if !again {
		s.cancel()
		close(s.waiting)
	}
	<-s.done
}

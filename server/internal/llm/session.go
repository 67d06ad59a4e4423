package llm

import (
	"context"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/splitrank/splitrank/shared/api"
)

// session is one request at the llm: what it may spend, what it took, and what
// went wrong. It is safe for concurrent use.
type session struct {
	judge   *Judge
	req     *api.Request
	options Options
	results []api.Result
	docs    []shown

	// bill outlives the session where a call does.
	bill *bill
	// foresight of all its calls, so that one costs what was planned.
	foresight foresight

	mu       sync.Mutex
	worst    *Fault
	repaired bool
}

// reserve what the request is expected to cost, or say why not. What turns out to be
// needed beyond that is reserved call by call.
func (s *session) reserve(ctx context.Context) *Fault {
	j := s.judge
	if j.price == nil {
		return nil
	}
	plan, f := s.plan(ctx)
	if f != nil {
		return f
	}
	cost := j.price.sum(plan)
	if j.config.PerRequest > 0 && cost > j.config.PerRequest {
		return &Fault{Kind: OverBudget}
	}
	if !s.bill.reserve(ctx, cost) {
		return &Fault{Kind: OverBudget}
	}
	return nil
}

// note a fault; the first one is the reason. That ctx has ended is no fault of a call:
// see untimely.
func (s *session) note(ctx context.Context, f *Fault) {
	if ctx.Err() == nil || f.Kind != Late && f.Kind != Busy {
		s.blame(f)
	}
}

func (s *session) blame(f *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.worst == nil {
		s.worst = f
	}
}

// untimely is why something was missing when ctx ended.
func (s *session) untimely() *Fault {
	if s.bill.began() {
		return &Fault{Kind: Late}
	}
	return &Fault{Kind: Busy}
}

// forgive a fault that was repaired.
func (s *session) forgive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worst = nil
}

func (s *session) fault() *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.worst
}

// mayRepair is true once.
func (s *session) mayRepair() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	may := !s.repaired
	s.repaired = true
	return may
}

// How often and how fast a call is tried again.
const (
	mostTries  = 3
	firstWait  = 250 * time.Millisecond
	longestTry = 4 * time.Second // the longest wait between two
)

// ask until there is an answer, a fault that no other try mends, or no time for
// one. A wait that the endpoint asks for is kept, or it is not tried again. make
// writes the prompt, when its turn has come.
func (s *session) ask(ctx context.Context, make func() call) (Reply, *Fault) {
	wait := &backoff.ExponentialBackOff{InitialInterval: firstWait, Multiplier: 2, RandomizationFactor: 0.3, MaxInterval: longestTry}
	wait.Reset()
	var before *Fault
	for try := 1; ; try++ {
		reply, f := s.once(ctx, make)
		if f != nil && f.Kind == OpenCircuit && before != nil {
			return reply, before // which is why
		}
		if f == nil || !f.Kind.transient() || try == mostTries {
			return reply, f
		}
		before = f
		pause := max(wait.NextBackOff(), f.RetryAfter)
		if deadline, ok := ctx.Deadline(); ok && time.Now().Add(pause).After(deadline) {
			return reply, f
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return reply, f
		case <-timer.C:
		}
	}
}

// once makes a call as soon as there is one to spare. Until then there is no prompt of
// it: see RATIONALE: why-prompts-are-written-late. When ctx ends it returns, and the
// call ends by itself: see RATIONALE: why-nobody-waits-for-a-cancelled-call.
func (s *session) once(ctx context.Context, make func() call) (Reply, *Fault) {
	j := s.judge
	if err := j.calls.Acquire(ctx, 1); err != nil {
		return Reply{}, &Fault{Kind: Busy}
	}
	if ctx.Err() != nil {
		j.calls.Release(1)
		return Reply{}, &Fault{Kind: Late}
	}
	c := make()
	return answerOf(ctx, j.begin(c, j.priced(s.foresight.call(c.prompt, c.output)), s.bill))
}

// answerOf a call, if it comes before ctx ends.
func answerOf(ctx context.Context, over <-chan answered) (Reply, *Fault) {
	a, ok := received(ctx, over)
	if !ok {
		a.fault = &Fault{Kind: Late}
	}
	return a.reply, a.fault
}

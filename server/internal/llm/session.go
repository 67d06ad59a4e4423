package llm

import (
	"context"
	"errors"
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

	day      string
	reserved float64

	mu       sync.Mutex
	calls    int
	tokens   Tokens
	cost     float64
	worst    *Fault
	repaired bool
}

// reserve what the request is expected to cost, or say why not.
func (s *session) reserve(ctx context.Context) *Fault {
	j := s.judge
	if j.price == nil {
		return nil
	}
	s.reserved = j.price.sum(s.plan())
	if j.config.PerRequest > 0 && s.reserved > j.config.PerRequest {
		s.reserved = 0
		return &Fault{Kind: OverBudget}
	}
	day, ok := j.purse.reserve(ctx, s.reserved)
	if s.day = day; !ok {
		s.reserved = 0
		return &Fault{Kind: OverBudget}
	}
	return nil
}

// settle the difference to what it did cost.
func (s *session) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.judge.price != nil {
		s.judge.purse.settle(s.day, s.cost-s.reserved)
	}
}

// note a fault; the first one is the reason.
func (s *session) note(f *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.worst == nil {
		s.worst = f
	}
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

// affords reports whether another call stays within the request's bound.
func (s *session) affords(c call) bool {
	j := s.judge
	if j.price == nil || j.config.PerRequest == 0 {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cost+j.price.of(j.estimate.call(c.prompt, c.output)) <= j.config.PerRequest
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
	for try := 1; ; try++ {
		reply, f := s.once(ctx, make)
		if f == nil || !f.Kind.transient() || try == mostTries {
			return reply, f
		}
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
// it: see RATIONALE: why-prompts-are-written-late.
func (s *session) once(ctx context.Context, make func() call) (Reply, *Fault) {
	if err := s.judge.calls.Acquire(ctx, 1); err != nil {
		return Reply{}, &Fault{Kind: Busy}
	}
	defer s.judge.calls.Release(1)
	if ctx.Err() != nil {
		return Reply{}, &Fault{Kind: Late}
	}
	c := make()
	if !s.affords(c) {
		return Reply{}, &Fault{Kind: OverBudget}
	}
	sent, began := false, time.Now()
	reply, err := s.judge.guard.do(func() (Reply, error) {
		sent, began = true, time.Now()
		reply, err := s.traced(ctx, c.prompt)
		if err != nil {
			err = faultOf(ctx, err)
		}
		return reply, err
	})
	if sent {
		s.count(c, time.Since(began), reply, err)
	}
	return reply, faultOf(ctx, err)
}

// count a call. One that ended without an answer may be billed all the same, so
// what was foreseen of its input counts.
func (s *session) count(c call, lasted time.Duration, reply Reply, err error) {
	j := s.judge
	took := reply.Tokens
	if took == (Tokens{}) {
		var f *Fault
		if errors.As(err, &f) && f.Status != 0 {
			j.toldCall(lasted, took, err)
			return // refused with a status: nothing is billed
		}
		took.Input = j.estimate.call(c.prompt, c.output).Input
	} else if err == nil {
		j.estimate.learn(c.prompt, c.output, took)
	}
	j.toldCall(lasted, took, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	s.tokens = s.tokens.plus(took)
	if j.price != nil {
		s.cost += j.price.of(took)
	}
}

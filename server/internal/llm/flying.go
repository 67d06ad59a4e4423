package llm

import (
	"context"
	"errors"
	"time"
)

// answered is what came of a call.
type answered struct {
	reply Reply
	fault *Fault
}

// begin a call for which the caller holds one of Judge.calls. The call gives it back,
// and is on the bill, until it is really over, which may be after the answer: nobody
// needs to wait for that. It holds nothing of the request but its prompt. It is not
// begun where the answer is given already.
func (j *Judge) begin(c call, f foreseen, b *bill) <-chan answered {
	over := make(chan answered, 1)
	if !b.begin(f) {
		j.calls.Release(1)
		over <- answered{fault: &Fault{Kind: Late}}
		return over
	}
	go func() {
		defer j.calls.Release(1)
		reply, fault := j.call(c, f, b)
		b.end(j, f)
		over <- answered{reply, fault}
	}()
	return over
}

// call the endpoint, unless it is left alone.
func (j *Judge) call(c call, f foreseen, b *bill) (Reply, *Fault) {
	sent, began := false, time.Now()
	reply, err := j.guard.do(func() (Reply, error) {
		sent, began = true, time.Now()
		reply, err := j.traced(b.calls, c.prompt)
		if err != nil {
			err = faultOf(b.calls, err)
		}
		return reply, err
	})
	if sent {
		j.count(c, f, time.Since(began), reply, err, b)
	}
	return reply, faultOf(b.calls, err)
}

// foresee what a call takes.
func (j *Judge) foresee(c call) foreseen {
	t := j.estimate.call(c.prompt, c.output)
	return foreseen{j.priced(Tokens{Input: t.Input}), j.priced(t).cost}
}

// priced tokens, for nothing where the price is not known.
func (j *Judge) priced(t Tokens) spent {
	s := spent{tokens: t}
	if j.price != nil {
		s.cost = j.price.of(t)
	}
	return s
}

// count a call that was sent. One that ended without an answer may be billed all the
// same, so what was foreseen of its input counts.
func (j *Judge) count(c call, f foreseen, lasted time.Duration, reply Reply, err error, b *bill) {
	took := j.priced(reply.Tokens)
	switch {
	case reply.Tokens == (Tokens{}) && statusOf(err) != 0:
		j.toldCall(lasted, took.tokens, err)
		return // refused with a status: nothing is billed
	case reply.Tokens == (Tokens{}):
		took = f.input
	case err == nil:
		j.estimate.learn(c.prompt, c.output, took.tokens)
	}
	j.toldCall(lasted, took.tokens, err)
	b.add(took)
}

// statusOf the answer that a fault is, 0 where there was none.
func statusOf(err error) int {
	var f *Fault
	if errors.As(err, &f) {
		return f.Status
	}
	return 0
}

// Close waits until no call is under way and all is settled, as long as ctx lasts:
// calls of requests that were answered at their deadline may end a little later.
func (j *Judge) Close(ctx context.Context) error {
	all := int64(j.config.Concurrency)
	if err := j.calls.Acquire(ctx, all); err != nil {
		return err
	}
	j.calls.Release(all)
	return j.purse.settled(ctx)
}

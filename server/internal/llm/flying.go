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
// needs to wait for that, nor for the ledger. It holds nothing of the request but its
// prompt. It is not begun where the answer is given already, or a bound does not hold it.
func (j *Judge) begin(c call, f spent, b *bill) <-chan answered {
	over := make(chan answered, 1)
	claimed, fault := b.claim(f)
	if fault != nil {
		j.calls.Release(1)
		over <- answered{fault: fault}
		return over
	}
	go func() {
		defer j.calls.Release(1)
		over <- j.paid(c, claimed, b)
	}()
	return over
}

// paid is a call that is sent once all of it is reserved.
func (j *Judge) paid(c call, claimed claim, b *bill) answered {
	if !b.secure(claimed) {
		return answered{fault: &Fault{Kind: OverBudget}}
	}
	defer b.end(claimed)
	if b.calls.Err() != nil {
		return answered{fault: &Fault{Kind: Late}}
	}
	reply, fault := j.call(c, claimed.foreseen, b)
	return answered{reply, fault}
}

// call the endpoint, unless it is left alone.
func (j *Judge) call(c call, f spent, b *bill) (Reply, *Fault) {
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

// priced tokens, for nothing where the price is not known.
func (j *Judge) priced(t Tokens) spent {
	s := spent{tokens: t}
	if j.price != nil {
		s.cost = j.price.of(t)
	}
	return s
}

// count a call that was sent.
func (j *Judge) count(c call, f spent, lasted time.Duration, reply Reply, err error, b *bill) {
	if reply.Tokens == (Tokens{}) && unbilled(err) {
		j.toldCall(lasted, Tokens{}, err)
		return
	}
	took := j.priced(billed(reply, f.tokens))
	if err == nil {
		j.estimate.learn(c.prompt, c.output, reply.Tokens)
	}
	j.toldCall(lasted, took.tokens, err)
	b.add(took)
}

// billed tokens of a call are those that the endpoint counts. One that ended without an
// answer may be billed all the same, and an endpoint may count nothing of what it reads,
// or writes: then what was foreseen of that counts.
func billed(r Reply, foreseen Tokens) Tokens {
	t := r.Tokens
	uncounted := t.Input+t.CacheWrite+t.Cached == 0
	if uncounted {
		t.Input = foreseen.Input
	}
	if t.Output == 0 && (uncounted || r.Text != "") {
		t.Output = foreseen.Output
	}
	return t
}

// unbilled reports that nothing can have been read: it was not sent, or it was refused
// with a status.
func unbilled(err error) bool {
	var f *Fault
	return errors.As(err, &f) && (f.Status != 0 || f.unsent)
}

// Close waits until no call is under way and all is settled, as long as ctx lasts:
// calls of requests that were answered at their deadline may end a little later. An
// examination is ended.
func (j *Judge) Close(ctx context.Context) error {
	j.exam.stop()
	all := int64(j.config.Concurrency)
	if err := j.calls.Acquire(ctx, all); err != nil {
		return err
	}
	j.calls.Release(all)
	return j.purse.settled(ctx)
}

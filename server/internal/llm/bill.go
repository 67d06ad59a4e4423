package llm

import (
	"context"
	"sync"

	"github.com/splitrank/splitrank/shared/api"
)

// bill is what a session may spend and what it took. Calls may outlive the answer
// that they were made for, so it is settled when nobody adds to it any more. It is
// safe for concurrent use.
// See RATIONALE: why-nobody-waits-for-a-cancelled-call.
type bill struct {
	within  *bill // pays all the same; nil = none
	deposit deposit
	// calls is what calls end with, when the session has its answer: they are
	// cancelled after it is given, not at the moment when it is due.
	calls  context.Context
	cancel context.CancelFunc

	mu       sync.Mutex
	sent     int
	took     spent
	open     int     // calls that are not over
	out      spent   // what is foreseen of those
	most     float64 // that own ones of those cost
	answered bool    // by the session itself
}

// newBill of a session whose calls know what ctx knows.
func newBill(ctx context.Context) *bill {
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return &bill{calls: calls, cancel: cancel}
}

// part of a bill, with a bound of its own.
func (b *bill) part() *bill { return &bill{within: b, calls: b.calls} }

// spent tokens, and dollars for them where the price is known.
type spent struct {
	tokens Tokens
	cost   float64
}

func (s spent) plus(o spent) spent { return spent{s.tokens.plus(o.tokens), s.cost + o.cost} }

func (s spent) minus(o spent) spent {
	t := o.tokens
	return spent{s.tokens.plus(Tokens{-t.Input, -t.CacheWrite, -t.Cached, -t.Output}), s.cost - o.cost}
}

// foreseen of a call: its input, which is billed whatever comes of it, and what it
// costs with its answer.
type foreseen struct {
	input spent
	cost  float64
}

// begin a call, unless the session has its answer already.
func (b *bill) begin(f foreseen) bool {
	if b.within != nil && !b.within.begin(foreseen{input: f.input}) {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.answered {
		return false
	}
	b.open, b.out, b.most = b.open+1, b.out.plus(f.input), b.most+f.cost
	return true
}

// end a call, and settle what has nothing to wait for any more. A bill that this one is
// within has a bound for its own calls.
func (b *bill) end(j *Judge, f foreseen) {
	for ; b != nil; b, f.cost = b.within, 0 {
		b.endOwn(j, f)
	}
}

func (b *bill) endOwn(j *Judge, f foreseen) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open--; b.open == 0 {
		b.out, b.most = spent{}, 0
	} else {
		b.out, b.most = b.out.minus(f.input), b.most-f.cost
	}
	b.settle(j)
}

// add what a call took.
func (b *bill) add(s spent) {
	for ; b != nil; b = b.within {
		b.mu.Lock()
		b.sent, b.took = b.sent+1, b.took.plus(s)
		b.mu.Unlock()
	}
}

// close when the session has its answer: calls that are not over are cancelled.
func (b *bill) close(j *Judge) {
	b.cancel()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answered = true
	b.settle(j)
}

// settle the difference to what was reserved, when the last has gone: the session, or
// a call that outlived its answer.
func (b *bill) settle(j *Judge) {
	if b.answered && b.open == 0 && j.price != nil {
		j.purse.settle(b.deposit, b.took.cost)
	}
}

// began reports that there was a call.
func (b *bill) began() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sent+b.open > 0
}

// holds reports that another call stays within a bound.
func (b *bill) holds(cost, bound float64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.took.cost+b.most+cost <= bound
}

// usage so far. A call that is not over counts with its input.
func (b *bill) usage() (u api.LLMUsage, cost float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.took.plus(b.out)
	u.Calls = b.sent + b.open
	u.Input, u.Cached, u.Output = all.tokens.Input+all.tokens.CacheWrite, all.tokens.Cached, all.tokens.Output
	return u, all.cost
}

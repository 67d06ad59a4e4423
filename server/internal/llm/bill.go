package llm

import (
	"context"
	"sync"

	"github.com/splitrank/splitrank/shared/api"
)

// bill is what a session may spend and what it took. No call is sent that is not within
// its bound and reserved for it. Calls may outlive the answer that they were made for,
// so it is settled when nobody adds to it any more. It is safe for concurrent use.
// See RATIONALE: why-every-call-is-reserved, why-nobody-waits-for-a-cancelled-call.
type bill struct {
	purse *purse  // nil = the price is not known, and nothing is reserved
	bound float64 // in dollars; 0 = none
	// calls is what calls end with, when the session has its answer: they are
	// cancelled after it is given, not at the moment when it is due.
	calls  context.Context
	cancel context.CancelFunc

	mu       sync.Mutex
	deposit  deposit
	reserved float64 // in dollars: the deposit, and what is about to be in it
	sent     int
	took     spent
	open     int   // calls that are not over
	out      spent // what is foreseen of those
	answered bool  // by the session itself
}

// newBill of a session whose calls know what ctx knows.
func (j *Judge) newBill(ctx context.Context, bound float64) *bill {
	b := &bill{bound: bound}
	if j.price != nil {
		b.purse = j.purse
	}
	b.calls, b.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return b
}

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

// negligible dollars are an error of sums, not a cost.
const negligible = 1e-12

// reserve what is planned before any call, and report whether the day's bound holds it.
func (b *bill) reserve(ctx context.Context, dollars float64) bool {
	if b.purse == nil {
		return true
	}
	d, ok := b.purse.reserve(ctx, "", dollars)
	if ok {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.deposit, b.reserved = d, dollars
	}
	return ok
}

// claim of a call: what it is foreseen to take, and what of that is not reserved yet.
type claim struct {
	foreseen spent
	day      string
	missing  float64
}

// claim a call, unless the session has its answer already or its bound does not hold it.
// The caller secures what is missing before it sends the call.
func (b *bill) claim(f spent) (claim, *Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	due := b.took.cost + b.out.cost + f.cost
	switch {
	case b.answered:
		return claim{}, &Fault{Kind: Late}
	case b.bound > 0 && due > b.bound+negligible:
		return claim{}, &Fault{Kind: OverBudget}
	}
	c := claim{foreseen: f, day: b.deposit.day}
	if b.purse != nil && due > b.reserved+negligible {
		c.missing = due - b.reserved
		b.reserved += c.missing
	}
	b.open, b.out = b.open+1, b.out.plus(f)
	return c, nil
}

// secure what is missing of a claim, and report whether the day's bound holds it. If not,
// the claim has ended.
func (b *bill) secure(c claim) bool {
	if c.missing == 0 {
		return true
	}
	d, ok := b.purse.reserve(b.calls, c.day, c.missing)
	b.mu.Lock()
	defer b.mu.Unlock()
	if ok {
		b.deposit = deposit{d.day, b.deposit.own + d.own, b.deposit.shared + d.shared}
		return true
	}
	b.reserved -= c.missing
	b.endOpen(c)
	return false
}

// end a claim that was secured.
func (b *bill) end(c claim) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.endOpen(c)
}

func (b *bill) endOpen(c claim) {
	if b.open--; b.open == 0 {
		b.out = spent{}
	} else {
		b.out = b.out.minus(c.foreseen)
	}
	b.overrun()
	b.settle()
}

// overrun is spent at once, not when the session is over: others reserve.
func (b *bill) overrun() {
	over := b.took.cost + b.out.cost - b.reserved
	if b.purse == nil || over <= negligible {
		return
	}
	b.reserved += over
	b.deposit = b.purse.charge(b.deposit, over)
}

// add what a call took.
func (b *bill) add(s spent) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent, b.took = b.sent+1, b.took.plus(s)
}

// close when the session has its answer: calls that are not over are cancelled.
func (b *bill) close() {
	b.cancel()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answered = true
	b.settle()
}

// settle the difference to what was reserved, when the last has gone: the session, or
// a call that outlived its answer.
func (b *bill) settle() {
	if b.answered && b.open == 0 && b.purse != nil {
		b.purse.settle(b.deposit, b.took.cost)
	}
}

// began reports that there was a call.
func (b *bill) began() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sent+b.open > 0
}

// usage so far. A call that is not over counts with what is foreseen of it.
func (b *bill) usage() (u api.LLMUsage, cost float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.took.plus(b.out)
	u.Calls = b.sent + b.open
	u.Input, u.Cached, u.Output = all.tokens.Input+all.tokens.CacheWrite, all.tokens.Cached, all.tokens.Output
	return u, all.cost
}

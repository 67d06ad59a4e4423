package llm

import (
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

	mu       sync.Mutex
	calls    int
	took     spent
	open     int     // calls that are not over
	out      spent   // what is foreseen of those
	most     float64 // that own ones of those cost
	answered bool    // by the session itself
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

// foreseen of a call: its input, which is billed whatever comes of it, and what it
// costs with its answer.
type foreseen struct {
	input spent
	cost  float64
}

// each bill that pays for a call.
func (b *bill) each(do func(*bill)) {
	for ; b != nil; b = b.within {
		b.mu.Lock()
		do(b)
		b.mu.Unlock()
	}
}

// begin a call.
func (b *bill) begin(f foreseen) {
	b.each(func(b *bill) { b.open, b.out = b.open+1, b.out.plus(f.input) })
	b.claim(f.cost)
}

// end a call, and settle what has nothing to wait for any more.
func (b *bill) end(j *Judge, f foreseen) {
	b.claim(-f.cost)
	b.each(func(b *bill) {
		if b.open--; b.open == 0 {
			b.out = spent{}
		} else {
			b.out = b.out.minus(f.input)
		}
		b.settle(j)
	})
}

// claim what a call may cost, but not from the bills that this one is within: those
// have a bound for their own calls.
func (b *bill) claim(cost float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.most += cost
}

// add what a call took.
func (b *bill) add(s spent) {
	b.each(func(b *bill) { b.calls, b.took = b.calls+1, b.took.plus(s) })
}

// close when the session has its answer.
func (b *bill) close(j *Judge) {
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
	u.Calls = b.calls + b.open
	u.Input, u.Cached, u.Output = all.tokens.Input+all.tokens.CacheWrite, all.tokens.Cached, all.tokens.Output
	return u, all.cost
}

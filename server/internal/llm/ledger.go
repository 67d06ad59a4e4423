package llm

import (
	"context"
	"errors"
	"time"
)

// ledgerTimeout is how long a ledger may take that nobody waits for.
const ledgerTimeout = time.Second

// startPaying the ledger what it is owed, unless somebody does. One goroutine is there
// while any is owed and the ledger takes it. The caller holds the lock.
func (p *purse) startPaying() {
	if p.paying == nil {
		p.paying = make(chan struct{})
		go p.pay(p.paying)
	}
}

func (p *purse) pay(over chan struct{}) {
	defer close(over)
	for {
		day, n, ok := p.next()
		if !ok {
			return
		}
		if !p.tell(day, n) {
			p.stopPaying()
			return
		}
	}
}

// next sum that is owed; without one nobody pays any more.
func (p *purse) next() (day string, n int64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if day, n = p.debt(); n != 0 {
		return day, n, true
	}
	p.paying = nil
	return "", 0, false
}

// debt of some day, 0 = none.
func (p *purse) debt() (string, int64) {
	for day, a := range p.days {
		if a.owed != 0 {
			return day, a.owed
		}
	}
	return "", 0
}

func (p *purse) stopPaying() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paying = nil
}

// tell the ledger, and report whether it is there. What it lacks is owed until it says
// that it has it; what it has too much is given back once at most, as it may have heard
// and not said so.
func (p *purse) tell(day string, n int64) bool {
	ctx, cancel := context.WithTimeout(context.Background(), ledgerTimeout)
	defer cancel()
	all, err := p.shared.Add(ctx, day, n)
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.days[day]
	if a == nil {
		return err == nil // a day that is over
	}
	if err == nil {
		a.all = all
	}
	if err == nil || n < 0 {
		a.owed -= n
	}
	return err == nil
}

// errOwed is a ledger that lacks something.
var errOwed = errors.New("not all that was spent could be told to the ledger")

// settled waits until nothing is owed, as long as ctx lasts. The ledger may be back, so
// it is told once more what it lacks.
func (p *purse) settled(ctx context.Context) error {
	p.mu.Lock()
	if _, n := p.debt(); n != 0 {
		p.startPaying()
	}
	paying := p.paying
	p.mu.Unlock()
	if paying == nil {
		return nil
	}
	select {
	case <-paying:
	case <-ctx.Done():
		return ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, n := p.debt(); n > 0 {
		return errOwed
	}
	return nil
}

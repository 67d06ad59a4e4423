package llm

import (
	"context"
	"time"
)

// ledgerTimeout is how long a ledger may take that nobody waits for.
const ledgerTimeout = time.Second

// owe the ledger a sum. It is told by one goroutine, which is there while any is owed.
func (p *purse) owe(day string, n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.owed == nil {
		p.owed = map[string]int64{}
	}
	p.owed[day] += n
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
		p.tell(day, n)
	}
}

// next sum that is owed; without one nobody pays any more.
func (p *purse) next() (day string, n int64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for day, n = range p.owed {
		delete(p.owed, day)
		return day, n, true
	}
	p.paying = nil
	return "", 0, false
}

// tell the ledger, if it is there: else the own sum counts alone.
func (p *purse) tell(day string, n int64) {
	ctx, cancel := context.WithTimeout(context.Background(), ledgerTimeout)
	defer cancel()
	if all, err := p.shared.Add(ctx, day, n); err == nil {
		p.noteAll(day, all)
	}
}

// settled waits until nothing is owed, as long as ctx lasts.
func (p *purse) settled(ctx context.Context) error {
	p.mu.Lock()
	paying := p.paying
	p.mu.Unlock()
	if paying == nil {
		return nil
	}
	select {
	case <-paying:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

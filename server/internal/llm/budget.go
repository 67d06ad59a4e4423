package llm

import (
	"context"
	"math"
	"sync"
	"time"
)

// Ledger sums what was spent on a day, in millionths of a dollar, for all servers
// that share it. It answers in time or with an error, and then the own sum counts
// alone.
type Ledger interface {
	// Add to the day's sum and return it.
	Add(ctx context.Context, day string, microdollars int64) (int64, error)
}

// purse holds what may be spent on a day. It is safe for concurrent use.
type purse struct {
	perDay float64 // in dollars; 0 = no bound
	shared Ledger  // nil = none
	now    func() time.Time

	mu    sync.Mutex
	day   string
	spent int64 // by this server, reservations included
	all   int64 // by all, as far as they said
	owed  map[string]int64
	// paying is closed when nothing is owed any more; nil = nothing is.
	paying chan struct{}
}

func micro(dollars float64) int64 { return int64(math.Round(dollars * 1e6)) }

// deposit is what was reserved on a day, in millionths of a dollar.
type deposit struct {
	day string
	// own and shared sums that it is in: the ledger may have been away.
	own, shared int64
}

// reserve dollars, and report whether the day's bound holds them. They are spent
// until settle gives back what was not.
func (p *purse) reserve(ctx context.Context, dollars float64) (d deposit, ok bool) {
	n := micro(dollars)
	day, sum := p.add("", n)
	d = deposit{day, n, 0}
	if p.perDay == 0 {
		return d, true
	}
	if p.shared != nil {
		if all, err := p.shared.Add(ctx, day, n); err == nil {
			d.shared, sum = n, max(all, sum)
			p.noteAll(day, all)
		}
	}
	if sum <= micro(p.perDay) {
		return d, true
	}
	p.settle(d, 0)
	return deposit{}, false
}

// noteAll keeps what all servers have spent on a day, if it is today.
func (p *purse) noteAll(day string, sum int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if day == p.day {
		p.all = sum
	}
}

// today is what was spent, in dollars.
func (p *purse) today() float64 {
	_, own := p.add("", 0)
	p.mu.Lock()
	defer p.mu.Unlock()
	return float64(max(own, p.all)) / 1e6
}

// settle a deposit by what was spent of it. Nobody waits for the ledger.
func (p *purse) settle(d deposit, dollars float64) {
	n := micro(dollars)
	p.add(d.day, n-d.own)
	if p.perDay > 0 && p.shared != nil && n != d.shared {
		p.owe(d.day, n-d.shared)
	}
}

// add to a day, "" = today, and return its name and sum. Of a day that is over
// nothing is kept.
func (p *purse) add(day string, n int64) (string, int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	today := p.now().UTC().Format(time.DateOnly)
	if today != p.day {
		p.day, p.spent, p.all = today, 0, 0
	}
	if day == "" || day == today {
		p.spent += n
	}
	return today, p.spent
}

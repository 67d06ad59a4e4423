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

// purse holds what may be spent on a day. What is reserved counts as spent until it is
// settled, and nothing is reserved that the bound does not hold, so the sum passes the
// bound by no more than what endpoints bill beyond what was foreseen. It is safe for
// concurrent use. See RATIONALE: why-every-call-is-reserved.
type purse struct {
	perDay float64 // in dollars; 0 = no bound
	shared Ledger  // nil = none
	now    func() time.Time

	mu   sync.Mutex
	days map[string]*account
	// paying is closed when the ledger has been told; nil = nobody tells it.
	paying chan struct{}
}

// account of a day, in millionths of a dollar.
type account struct {
	own  int64 // spent by this server, reservations included
	all  int64 // by all, as far as they said
	owed int64 // that the ledger lacks; below 0 = has too much
}

// mostMicro is more than anybody spends, and little enough that sums of it hold.
const mostMicro = 1 << 50

// micro rounds up, so that nothing costs nothing, and what is too large or no number
// costs most.
func micro(dollars float64) int64 {
	if !(dollars*1e6 < mostMicro) {
		return mostMicro
	}
	return int64(math.Ceil(dollars*1e6 - roundingError))
}

// roundingError in millionths of a dollar, of sums that should be whole ones.
const roundingError = 1e-6

// bound of a day.
func (p *purse) bound() int64 { return int64(min(p.perDay*1e6+roundingError, mostMicro)) }

// deposit is what was reserved on a day, in millionths of a dollar.
type deposit struct {
	day string // "" = nothing yet
	// own and shared sums that it is in: the ledger may have been away.
	own, shared int64
}

// reserve dollars on a day, "" = today, and report whether its bound holds them. They
// are spent until settle gives back what was not.
func (p *purse) reserve(ctx context.Context, day string, dollars float64) (d deposit, ok bool) {
	n := micro(dollars)
	day, ok = p.take(day, n)
	if !ok {
		return deposit{}, false
	}
	d = deposit{day, n, 0}
	if p.perDay == 0 || p.shared == nil {
		return d, true
	}
	all, err := p.shared.Add(ctx, day, n)
	if err != nil {
		return d, true
	}
	d.shared = n
	if p.heard(day, all, n) {
		return d, true
	}
	p.settle(d, 0)
	return deposit{}, false
}

// take from the own sum of a day, unless its bound does not hold it.
func (p *purse) take(day string, n int64) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	day, a := p.account(day)
	if p.perDay != 0 && a.own+n > p.bound() {
		if a.owed > 0 { // others ask the ledger
			p.startPaying()
		}
		return day, false
	}
	a.add(n)
	return day, true
}

// heard what the ledger says that all have spent of a day, n just added, and report
// whether the bound holds that with what it was not told yet. It is there, so it is told
// the rest.
func (p *purse) heard(day string, all, n int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, a := p.account(day)
	if a.owed > 0 {
		p.startPaying()
	}
	if all+max(0, a.owed) > p.bound() {
		a.all = all - n // which is given back
		return false
	}
	a.all = all
	return true
}

// today is what was spent, in dollars.
func (p *purse) today() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, a := p.account("")
	return float64(max(a.own, a.all)) / 1e6
}

// settle a deposit by what was spent of it. Nobody waits for the ledger.
func (p *purse) settle(d deposit, dollars float64) {
	if d.day == "" && dollars == 0 {
		return
	}
	n := micro(dollars)
	p.mu.Lock()
	defer p.mu.Unlock()
	_, a := p.account(d.day)
	a.add(n - d.own)
	if p.perDay > 0 && p.shared != nil && n != d.shared {
		a.owed += n - d.shared
		p.startPaying()
	}
}

// charge a deposit with dollars that were spent beyond it, whatever the bound says.
func (p *purse) charge(d deposit, dollars float64) deposit {
	n := micro(dollars)
	p.mu.Lock()
	defer p.mu.Unlock()
	day, a := p.account(d.day)
	a.add(n)
	d = deposit{day, d.own + n, d.shared}
	if p.perDay > 0 && p.shared != nil {
		a.owed, d.shared = a.owed+n, d.shared+n
		p.startPaying()
	}
	return d
}

func (a *account) add(n int64) { a.own = min(a.own+n, mostMicro) }

// daysKept are more than one, so that a clock that is set back over midnight forgets
// nothing.
const daysKept = 3

// account of a day, "" = today, with its name.
func (p *purse) account(day string) (string, *account) {
	if day == "" {
		day = p.now().UTC().Format(time.DateOnly)
	}
	a := p.days[day]
	if a == nil {
		if p.days == nil {
			p.days = map[string]*account{}
		}
		a = &account{}
		p.days[day] = a
		p.forget()
	}
	return day, a
}

// forget the first of too many days.
func (p *purse) forget() {
	if len(p.days) <= daysKept {
		return
	}
	first := ""
	for day := range p.days {
		if first == "" || day < first {
			first = day
		}
	}
	delete(p.days, first)
}

package llm

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// calendar is a clock that is set.
type calendar struct{ time.Time }

func (c *calendar) set(s string) {
	c.Time, _ = time.Parse(time.RFC3339, s)
}

// TestDays: a day's money is that of its date. A clock that is set back over midnight
// finds what was spent, and what was reserved before midnight counts for the day before.
func TestDays(t *testing.T) {
	clock := &calendar{}
	p := &purse{perDay: 10, now: func() time.Time { return clock.Time }}
	take := func(at, day string, dollars float64) (deposit, bool) {
		clock.set(at)
		return p.reserve(t.Context(), day, dollars)
	}
	evening, ok := take("2026-03-01T23:59:59Z", "", 9)
	if !ok {
		t.Fatal("9 of 10 are too much")
	}
	if _, ok := take("2026-03-02T00:00:01Z", "", 9); !ok {
		t.Error("a new day has no money")
	}
	if _, ok := take("2026-03-01T23:59:59Z", "", 9); ok {
		t.Error("a clock that was set back spends the day's money again")
	}
	if _, ok := take("2026-03-02T00:00:02Z", evening.day, 2); ok {
		t.Error("a request of the day before has more than that had")
	}
	if _, ok := take("2026-03-02T00:00:03Z", evening.day, 1); !ok {
		t.Error("what is left of the day before is lost")
	}
	p.settle(evening, 1)
	if left := p.days[evening.day].own; left != 2e6 {
		t.Errorf("%d spent on the day before", left)
	}
	if p.today() != 9 {
		t.Errorf("%g spent today", p.today())
	}
	for _, day := range []string{"03", "04", "05", "06"} {
		take("2026-03-"+day+"T12:00:00Z", "", 1)
	}
	if len(p.days) != daysKept {
		t.Errorf("%d days are kept", len(p.days))
	}
	p.settle(evening, 1) // of a day that is forgotten
	if len(p.days) != daysKept || p.today() != 1 {
		t.Errorf("%d days, %g spent today", len(p.days), p.today())
	}
}

// sometimes is a ledger that is away, or that hears and does not answer.
type sometimes struct {
	away, mute bool
	sums       map[string]int64
}

// Add implements Ledger.
func (l *sometimes) Add(_ context.Context, day string, n int64) (int64, error) {
	if l.away {
		return 0, errors.New("away")
	}
	l.sums[day] += n
	if l.mute {
		return 0, errors.New("mute")
	}
	return l.sums[day], nil
}

// TestLedgerReturns: what was spent while the ledger was away is told when it is back, by
// whatever happens first, so that together no more is spent than the bound from then on.
// What it may have heard already is not given back twice.
func TestLedgerReturns(t *testing.T) {
	for name, back := range map[string]func(t *testing.T, p *purse){
		"a reservation": func(t *testing.T, p *purse) { p.reserve(t.Context(), "", 1) },
		"one that the own sum refuses": func(t *testing.T, p *purse) {
			if _, ok := p.reserve(t.Context(), "", 9); ok {
				t.Error("reserved 6 and 9 of 10")
			}
		},
		"the end": func(t *testing.T, p *purse) {
			if err := p.settled(t.Context()); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ledger := &sometimes{away: true, sums: map[string]int64{}}
				a, b := &purse{perDay: 10, shared: ledger, now: time.Now}, &purse{perDay: 10, shared: ledger, now: time.Now}
				d, ok := a.reserve(t.Context(), "", 8)
				if !ok {
					t.Fatal("a ledger that is away holds everybody back")
				}
				a.settle(d, 6)
				synctest.Wait()
				if err := a.settled(t.Context()); !errors.Is(err, errOwed) {
					t.Errorf("settled without the ledger: %v", err)
				}
				ledger.away = false
				back(t, a)
				synctest.Wait()
				_, ok = b.reserve(t.Context(), "", 5)
				if synctest.Wait(); ok || ledger.sums[d.day] < 6e6 {
					t.Errorf("6 and 5 of 10 are spent; the ledger has %d", ledger.sums[d.day])
				}
			})
		})
	}
}

// TestLedgerMute: a ledger that hears and does not say so has more than was spent, never less.
func TestLedgerMute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := &sometimes{sums: map[string]int64{}}
		p := &purse{perDay: 100, shared: ledger, now: time.Now}
		spent := int64(0)
		for i := range 64 {
			ledger.mute = false
			d, ok := p.reserve(t.Context(), "", 0.1)
			synctest.Wait()
			ledger.mute = i%2 > 0
			p.settle(d, 0.05+float64(i%3)*0.05)
			spent += int64(5+i%3*5) * 1e4
			synctest.Wait()
			if sum := ledger.sums[d.day]; !ok || sum < spent-p.days[d.day].owed {
				t.Fatalf("%d: the ledger has %d and is owed %d, for %d", i, sum, p.days[d.day].owed, spent)
			}
		}
	})
}

// TestClocksThatDiffer: servers spend one day's money together by the name that each gives
// to the day, so those whose clocks differ over midnight spend of two days.
func TestClocksThatDiffer(t *testing.T) {
	ledger := &sometimes{sums: map[string]int64{}}
	early, late := &calendar{}, &calendar{}
	early.set("2026-03-01T23:30:00Z")
	late.set("2026-03-02T00:30:00Z")
	a := &purse{perDay: 10, shared: ledger, now: func() time.Time { return early.Time }}
	b := &purse{perDay: 10, shared: ledger, now: func() time.Time { return late.Time }}
	for _, p := range []*purse{a, b} {
		if _, ok := p.reserve(t.Context(), "", 9); !ok {
			t.Error("a day has no money")
		}
	}
	early.set("2026-03-02T00:00:00Z")
	if _, ok := a.reserve(t.Context(), "", 2); ok {
		t.Error("9 and 2 of 10 are spent on one day")
	}
}

// TestMicro: no cost is none, and none is too large to count.
func TestMicro(t *testing.T) {
	zero := 0.0
	for dollars, want := range map[float64]int64{0: 0, 1e-9: 1, 1e-6: 1, 1.5e-6: 2, 0.0003: 300, 0.1 + 0.2: 300_000, 1e300: mostMicro, 1 / zero: mostMicro} {
		if got := micro(dollars); got != want {
			t.Errorf("%g dollars are %d, want %d", dollars, got, want)
		}
	}
	if got := micro(zero / zero); got != mostMicro {
		t.Errorf("no number is %d", got)
	}
}

// TestOverrunAtOnce: what a call took beyond what was reserved is spent when the call is over,
// not when its session is, and on the session's day.
func TestOverrunAtOnce(t *testing.T) {
	clock := &calendar{}
	clock.set("2026-03-01T23:59:59Z")
	j := &Judge{price: &Price{}, purse: &purse{perDay: 10, now: func() time.Time { return clock.Time }}}
	b := j.newBill(t.Context(), 0)
	if !b.reserve(t.Context(), 1) {
		t.Fatal("1 of 10 is too much")
	}
	clock.set("2026-03-02T00:00:01Z")
	c, _ := b.claim(spent{cost: 1})
	b.add(spent{cost: 7})
	b.end(c)
	if own := j.purse.days["2026-03-01"].own; own != 7e6 {
		t.Errorf("%d spent after a call of 7", own)
	}
	if c, _ = b.claim(spent{cost: 4}); b.secure(c) {
		t.Error("a call of 4, after 7 of 10")
	}
	if c, _ = b.claim(spent{cost: 2}); !b.secure(c) {
		t.Error("no call of 2, after 7 of 10")
	}
	b.end(c)
	if b.close(); j.purse.days["2026-03-01"].own != 7e6 || j.purse.today() != 0 {
		t.Errorf("%d spent, and %g on the next day", j.purse.days["2026-03-01"].own, j.purse.today())
	}
}

package remote

import (
	"context"
	"errors"
	"time"

	"github.com/sony/gobreaker/v2"
)

// outcome of one try.
type outcome[T any] struct {
	value T
	err   error
}

// Call asks a backend, and at most one more: see the package. size is the work of the
// call in tokens. It returns soon after ctx is done, with its cause. Other errors are
// a *Fault, or what ask says about single pairs of an answer.
func Call[T any](ctx context.Context, p *Pool, size int, ask func(ctx context.Context, b *Backend) (T, error)) (none T, err error) {
	first := p.pick(nil)
	if first == nil {
		return none, p.none()
	}
	tries, cancel := context.WithCancel(ctx)
	defer cancel()
	outcomes := make(chan outcome[T], 2)
	start := func(b *Backend) {
		b.inFlight.Add(1)
		go func() { outcomes <- try(tries, p, b, size, ask) }()
	}
	start(first)
	hedge, stop := p.hedgeTimer(size)
	defer stop()
	running, again := 1, true
	for {
		select {
		case <-ctx.Done():
			return none, context.Cause(ctx)
		case <-hedge:
			if second := p.hedgeTo(first); second != nil {
				running, again = running+1, false
				start(second)
			}
		case o := <-outcomes:
			running--
			switch {
			case !isFault(o.err):
				return o.value, o.err
			case running > 0: // the other one may do better
				continue
			case !again || !worthAnother(o.err):
				return o.value, o.err
			}
			second := p.pick(first)
			if second == nil {
				return o.value, o.err
			}
			hedge, again, running = nil, false, 1
			start(second)
		}
	}
}

func isFault(err error) bool {
	var f *Fault
	return errors.As(err, &f)
}

// worthAnother reports that another backend may do better.
func worthAnother(err error) bool {
	var f *Fault
	return errors.As(err, &f) && f.elsewhere()
}

// try asks one backend, within the time of a try, unless its breaker has opened.
func try[T any](ctx context.Context, p *Pool, b *Backend, size int, ask func(ctx context.Context, b *Backend) (T, error)) (o outcome[T]) {
	defer b.inFlight.Add(-1)
	began := time.Now()
	asked := false
	_, refused := b.breaker.Execute(func() (struct{}, error) {
		asked = true
		inTime, cancel := context.WithTimeout(ctx, p.config.Timeout())
		defer cancel()
		o.value, o.err = ask(inTime, b)
		o.err = b.blame(o.err)
		if o.err != nil && ctx.Err() != nil {
			o.err = &Fault{Kind: Abandoned, Backend: b.name}
		}
		var f *Fault
		if errors.As(o.err, &f) {
			return struct{}{}, f
		}
		return struct{}{}, nil
	})
	if !asked {
		o.err = &Fault{Kind: Unavailable, Backend: b.name, Detail: refused.Error()}
		return o
	}
	p.note(b, size, time.Since(began), o.err)
	return o
}

// note what a try came to.
func (p *Pool) note(b *Backend, size int, took time.Duration, err error) {
	var f *Fault
	if !errors.As(err, &f) {
		p.recent.add(size, took)
		p.hooks.Asked(p.name, b.name, took, "")
		return
	}
	switch f.Kind {
	case Overloaded:
		b.pause(f.RetryAfter)
		p.recent.overload()
	case Unreachable, Broken, Late:
		b.wake()
	}
	p.hooks.Asked(p.name, b.name, took, f.Kind)
}

func isOpen(b *Backend) bool { return b.breaker.State() == gobreaker.StateOpen }

// hedgeTimer ticks when a call of a size is later than nearly all are. It never does
// where there is nothing to compare with.
func (p *Pool) hedgeTimer(size int) (<-chan time.Time, func()) {
	after := p.recent.p95(size)
	if !*p.config.Hedge || len(p.backends) < 2 || after == 0 {
		return nil, func() {}
	}
	t := time.NewTimer(after)
	return t.C, func() { t.Stop() }
}

// hedgeTo is the backend to ask beside another one; nil = none is to be asked.
func (p *Pool) hedgeTo(first *Backend) *Backend {
	if !p.recent.mayHedge() {
		return nil
	}
	second := p.pick(first)
	if second == nil || int(second.inFlight.Load()) >= p.config.InFlight {
		return nil
	}
	p.recent.hedged()
	p.hooks.Hedged(p.name, second.name)
	return second
}

package remote

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// Protocol is what backends speak. Its methods may be called by many goroutines at
// once; errors are a *Fault.
type Protocol interface {
	// Ready returns nil where the backend serves the model.
	Ready(ctx context.Context, b *Backend) error
	// Look has pairs of texts scored, in one call if that is how the model is asked,
	// and tells what scored them.
	Look(ctx context.Context, b *Backend, query string, documents []string) (Seen, error)
}

// Seen is what a backend says of itself.
type Seen struct {
	// Server is the program, with its version; Version that of the model, as its
	// answers tell it. "" = it does not say.
	Server, Version string
	// Logits of the documents, in their order.
	Logits []float64
}

// How often a backend is looked at.
const (
	checkInterval = 10 * time.Second
	retryInterval = time.Second
	// freshInterval is the least time between two looks because of new connections.
	freshInterval = time.Second
)

// Checked pairs, whose logits tell one model from another. They are short, so that a
// look costs little, and one is relevant, so that probabilities show.
var (
	checkedQuery     = "how do plants make food"
	checkedDocuments = []string{
		"Plants turn light, water and carbon dioxide into sugar in their leaves.",
		"The shop closes at six.",
		"How plants make food",
	}
)

// CheckedPairs are the texts that backends are tried with: a local model is asked the
// same.
func CheckedPairs() (query string, documents []string) { return checkedQuery, checkedDocuments }

// sameLogit is by how much a logit may differ and be of the same model: processors,
// threads and half precision add up in another order.
const sameLogit = 0.01

// MostSpread is by how much a logit may change with its batch before that is told.
const MostSpread = sameLogit

// watch looks at the backend until ctx ends.
func (b *Backend) watch(ctx context.Context) {
	for {
		wait := checkInterval
		if err := b.check(ctx); err != nil {
			wait = retryInterval
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-b.poke:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// recheck looks at the backend unless that was done within freshInterval.
func (b *Backend) recheck(ctx context.Context) error {
	b.checking.Lock()
	defer b.checking.Unlock()
	if time.Since(b.began) < freshInterval {
		return nil
	}
	err := b.checkLocked(ctx)
	if isOverloaded(err) { // what answered is not known now, and is asked for in vain
		b.pool.doubt()
		return nil
	}
	if err != nil {
		return &Fault{Kind: Changed}
	}
	return nil
}

func isOverloaded(err error) bool {
	var f *Fault
	return errors.As(err, &f) && f.Kind == Overloaded
}

// checkKey marks the context of a check, whose own new connections are no reason for
// another one.
type checkKey struct{}

func isCheck(ctx context.Context) bool { return ctx.Value(checkKey{}) != nil }

func (b *Backend) check(ctx context.Context) error {
	b.checking.Lock()
	defer b.checking.Unlock()
	return b.checkLocked(ctx)
}

// checkLocked finds out the state and notes it. The caller holds checking. That a
// backend is overloaded leaves its state as it was.
func (b *Backend) checkLocked(ctx context.Context) error {
	b.began = time.Now()
	inTime, cancel := context.WithTimeout(context.WithValue(ctx, checkKey{}, true), b.pool.config.Timeout())
	defer cancel()
	s, err := b.look(inTime)
	err = b.blame(err)
	if ctx.Err() != nil {
		return context.Cause(ctx) // nobody waits: it says nothing about the backend
	}
	b.mu.Lock()
	before := b.state
	keep := before.ready && isOverloaded(err)
	if !keep {
		b.state = s
	}
	b.mu.Unlock()
	if !keep && !before.same(s) {
		b.pool.changed(b)
	}
	return err
}

// look asks the backend what it serves, and tries it.
func (b *Backend) look(ctx context.Context) (state, error) {
	err := notReady(b.pool.protocol.Ready(ctx, b))
	var all, alone Seen
	if err == nil {
		all, err = b.pool.protocol.Look(ctx, b, checkedQuery, checkedDocuments)
	}
	if err == nil {
		alone, err = b.pool.protocol.Look(ctx, b, checkedQuery, checkedDocuments[:1])
	}
	if err == nil {
		err = b.compare(ctx, all.Logits)
	}
	if err != nil {
		return state{why: err}, err
	}
	return state{
		ready: true, server: all.Server, said: all.Version, print: b.pool.printOf(all),
		spread: math.Abs(all.Logits[0] - alone.Logits[0]),
	}, nil
}

// notReady is what a backend says that has no room, or no model yet: here both are
// the same.
func notReady(err error) error {
	var f *Fault
	if errors.As(err, &f) && f.Kind == Overloaded {
		return &Fault{Kind: Unavailable, Status: f.Status}
	}
	return err
}

// WrongModelError says that a backend gives other logits than it should.
type WrongModelError struct {
	Backend, Query, Document string
	Want, Got                float64
}

// Error implements error.
func (e *WrongModelError) Error() string {
	return fmt.Sprintf("backend %s gives the logit %.4g and %.4g is expected (query %.60q, document %.60q): it serves another model, or probabilities; it is not asked", e.Backend, e.Got, e.Want, e.Query, e.Document)
}

// compare with what is expected. The error is a *WrongModelError, or what asking for
// the operator's own pairs came to.
func (b *Backend) compare(ctx context.Context, logits []float64) error {
	for i, want := range b.pool.expected {
		if err := b.within(Expected{checkedQuery, checkedDocuments[i], want}, logits[i]); err != nil {
			return err
		}
	}
	for _, e := range b.pool.config.Expect {
		got, err := b.pool.protocol.Look(ctx, b, e.Query, []string{e.Document})
		if err == nil {
			err = b.within(e, got.Logits[0])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Backend) within(e Expected, got float64) error {
	if math.Abs(got-e.Logit) <= b.pool.config.Tolerance {
		return nil
	}
	return &WrongModelError{b.name, e.Query, e.Document, e.Logit, got}
}

// IsWrongModel reports that a backend was refused because of its logits.
func IsWrongModel(err error) bool {
	var wrong *WrongModelError
	return errors.As(err, &wrong)
}

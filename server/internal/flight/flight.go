// Package flight lets requests that need the same piece of work at the same
// time have it done once. A request claims the keys that nobody is at, does
// them as one list, and only then waits for what others are at, so no two
// requests wait for each other. See RATIONALE: why-not-singleflight.
package flight

import (
	"context"
	"sync"
)

// Group of flights, one for each key that somebody is at. It is safe for
// concurrent use.
type Group[K comparable, V any] struct {
	known func(K) (V, bool)

	mu      sync.Mutex
	flights map[K]*Flight[V]
}

// Flight is the work on a key that some request has claimed.
type Flight[V any] struct {
	landed chan struct{} // closed when it is over
	value  V
	ok     bool // false = given up: whoever waits may try
}

// NewGroup makes a Group. What known returns is done already; whoever lands a
// value makes it known first, or it may be claimed again.
func NewGroup[K comparable, V any](known func(K) (V, bool)) *Group[K, V] {
	return &Group[K, V]{known: known, flights: map[K]*Flight[V]{}}
}

// Len is how many flights are under way.
func (g *Group[K, V]) Len() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.flights)
}

// Claim sorts what is wanted of a key: its value if it is known by now (ok),
// else the flight of the request that is at it, else neither, and the key is
// the caller's to Land or to GiveUp, whatever happens.
func (g *Group[K, V]) Claim(k K) (value V, ok bool, other *Flight[V]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f, ok := g.flights[k]; ok {
		return value, false, f
	}
	if v, ok := g.known(k); ok {
		return v, true, nil
	}
	g.flights[k] = &Flight[V]{landed: make(chan struct{})}
	return value, false, nil
}

// Land ends the caller's flight with a value.
func (g *Group[K, V]) Land(k K, value V) { g.end(k, value, true) }

// GiveUp ends the caller's flight without one.
func (g *Group[K, V]) GiveUp(k K) {
	var none V
	g.end(k, none, false)
}

func (g *Group[K, V]) end(k K, value V, ok bool) {
	g.mu.Lock()
	f := g.flights[k]
	delete(g.flights, k)
	g.mu.Unlock()
	f.value, f.ok = value, ok
	close(f.landed)
}

// Wait for a flight of another request; ok is false where it was given up. What
// has landed counts even if ctx is done.
func (f *Flight[V]) Wait(ctx context.Context) (value V, ok bool, err error) {
	select {
	case <-f.landed:
		return f.value, f.ok, nil
	default:
	}
	select {
	case <-f.landed:
		return f.value, f.ok, nil
	case <-ctx.Done():
		return value, false, context.Cause(ctx)
	}
}

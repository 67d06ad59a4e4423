package remote

import (
	"slices"
	"sync"
	"time"
)

// When a second backend is asked. See RATIONALE: why-one-hedge.
const (
	window      = 256 // calls that are remembered
	leastWindow = 32  // calls before any hedge
	// leastHedge is the shortest wait before a hedge.
	leastHedge = 5 * time.Millisecond
	// afterOverload is how long no hedge follows a backend's overload.
	afterOverload = time.Second
	// hedgeShare of all calls may be hedged: one in so many.
	hedgeShare = 20
	// callTokens is what a call costs beside its tokens, in tokens.
	callTokens = 256
)

// recent are the last calls that brought scores.
type recent struct {
	mu         sync.Mutex
	costs      []float64 // seconds for a token, a ring
	next       int
	calls      int // since the start
	hedges     int
	overloaded time.Time
}

func newRecent() *recent { return &recent{costs: make([]float64, 0, window)} }

// add a call of a size.
func (r *recent) add(size int, took time.Duration) {
	cost := took.Seconds() / float64(size+callTokens)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	if len(r.costs) < window {
		r.costs = append(r.costs, cost)
		return
	}
	r.costs[r.next] = cost
	r.next = (r.next + 1) % window
}

// p95 is the time within which nineteen of twenty calls of a size end; 0 = not known.
func (r *recent) p95(size int) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.costs) < leastWindow {
		return 0
	}
	sorted := slices.Sorted(slices.Values(r.costs))
	seconds := sorted[len(sorted)*95/100] * float64(size+callTokens)
	return max(time.Duration(seconds*float64(time.Second)), leastHedge)
}

// mayHedge holds hedges back after an overload, and beyond their share of the calls.
func (r *recent) mayHedge() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Since(r.overloaded) >= afterOverload && r.hedges*hedgeShare < r.calls
}

func (r *recent) hedged() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hedges++
}

func (r *recent) overload() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.overloaded = time.Now()
}

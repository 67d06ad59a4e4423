package remote

import (
	"context"
	"errors"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Options of a Pool.
type Options struct {
	// Model is the name that hooks are called with.
	Model string
	// Transport of all calls; nil = NewTransport.
	Transport http.RoundTripper
	// Expected logits of CheckedPairs; nil = there is no local model to compare with.
	Expected []float64
	// Hooks tell what happens.
	Hooks Hooks
}

// Hooks are functions for metrics and logs. They are called by many goroutines at
// once and should be quick. Each may be nil.
type Hooks struct {
	// Asked follows every try of a call: kind is "" where it brought scores.
	Asked func(model, backend string, took time.Duration, kind Kind)
	// Hedged follows the decision to ask a second backend before the first is done.
	Hedged func(model, backend string)
	// Changed follows a change of what is known of a backend.
	Changed func(model, backend string, s Status)
	// Warned tells what an operator should know of a model.
	Warned func(model string, err error)
}

// Status is what is known of a backend.
type Status struct {
	// Version of what it serves, with what it says of itself and its logits.
	Version string
	// Spread is by how much a logit was seen to change with its batch.
	Spread float64
	// Mixed says that another backend serves something else.
	Mixed bool
	// Why it is not ready; nil = it is.
	Why error
}

func (h Hooks) withDefaults() Hooks {
	if h.Asked == nil {
		h.Asked = func(string, string, time.Duration, Kind) {}
	}
	if h.Hedged == nil {
		h.Hedged = func(string, string) {}
	}
	if h.Changed == nil {
		h.Changed = func(string, string, Status) {}
	}
	if h.Warned == nil {
		h.Warned = func(string, error) {}
	}
	return h
}

// Pool is the backends of one model. It is safe for concurrent use.
type Pool struct {
	config   Config
	name     string
	key      string
	client   *http.Client
	idle     func()
	protocol Protocol
	expected []float64
	hooks    Hooks
	backends []*Backend
	turn     atomic.Uint64
	recent   *recent

	stop    context.CancelFunc
	watched sync.WaitGroup
	ready   chan struct{} // closed as soon as a backend is

	mu              sync.Mutex
	prints          []printed
	squashed, tried bool
	version         string
	mixed, wasReady bool
	epoch           uint64
}

// NewPool makes a Pool and begins to look at its backends. It waits for none. An
// error quotes no key.
func NewPool(c Config, p Protocol, o Options) (*Pool, error) {
	key, err := c.Key(os.Getenv)
	if err != nil {
		return nil, err
	}
	if o.Transport == nil {
		o.Transport = NewTransport()
	}
	pool := &Pool{
		config: c, name: o.Model, key: key, client: newClient(o.Transport), protocol: p, expected: o.Expected,
		hooks: o.Hooks.withDefaults(), recent: newRecent(), ready: make(chan struct{}), squashed: true,
	}
	pool.idle = pool.client.CloseIdleConnections
	for _, base := range c.Backends {
		pool.backends = append(pool.backends, newBackend(pool, base))
	}
	var ctx context.Context
	ctx, pool.stop = context.WithCancel(context.Background())
	for _, b := range pool.backends {
		pool.watched.Go(func() { b.watch(ctx) })
	}
	return pool, nil
}

// Workers is how many calls the backends are to have at once, all together.
func (p *Pool) Workers() int { return p.config.InFlight * len(p.backends) }

// Ready waits until a backend is ready, or for ctx. It reports whether one is.
func (p *Pool) Ready(ctx context.Context) bool {
	select {
	case <-p.ready:
		return true
	case <-ctx.Done():
		return false
	}
}

// startTimeout bounds the wait for the first backend.
const startTimeout = 3 * time.Second

// Warm waits a moment for a backend, so that the first request finds one. That none is
// ready is no error: requests are answered by the heuristics until one is.
func (p *Pool) Warm(ctx context.Context) error {
	inTime, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	p.Ready(inTime)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// Close stops looking at backends. Calls end with their own contexts.
func (p *Pool) Close() error {
	p.stop()
	p.watched.Wait()
	p.idle()
	return nil
}

// changed settles what a backend's new state means for all. It runs before the
// scores that showed it are handed out.
func (p *Pool) changed(b *Backend) {
	s := b.now()
	p.mu.Lock()
	p.settle()
	if s.ready && !p.wasReady {
		p.wasReady = true
		close(p.ready)
	}
	mixed := p.mixed
	p.mu.Unlock()
	p.hooks.Changed(p.name, b.name, Status{s.version(), s.spread, mixed, s.why})
}

// BackendState is what metrics show of a backend.
type BackendState struct {
	Name     string
	InFlight int
	// Ready says that it serves the model; Open that it is left alone after failures.
	Ready, Open bool
}

// States of the backends.
func (p *Pool) States() []BackendState {
	list := make([]BackendState, len(p.backends))
	for i, b := range p.backends {
		list[i] = BackendState{b.name, int(b.inFlight.Load()), b.now().ready, isOpen(b)}
	}
	return list
}

// pick is the available backend with the fewest calls in flight, but not; nil = there
// is none. Equals take turns.
func (p *Pool) pick(not *Backend) (best *Backend) {
	n := len(p.backends)
	first := int(p.turn.Add(1) % uint64(n))
	for i := range n {
		b := p.backends[(first+i)%n]
		if b == not || !b.available() {
			continue
		}
		if best == nil || b.inFlight.Load() < best.inFlight.Load() {
			best = b
		}
	}
	return best
}

// none is why pick found no backend.
func (p *Pool) none() *Fault {
	for _, b := range p.backends {
		if b.now().ready && b.paused() {
			return &Fault{Kind: Overloaded, RetryAfter: time.Until(*b.until.Load())}
		}
	}
	return &Fault{Kind: Unavailable, Detail: p.whyNone()}
}

func (p *Pool) whyNone() string {
	for _, b := range p.backends {
		if s := b.now(); s.why != nil && IsWrongModel(s.why) {
			return "one gives other logits than it should"
		}
	}
	return ""
}

// Quiet reports an error whose cause was told by Hooks.Changed before, so that a log
// need not have it for every request.
func Quiet(err error) bool {
	var f *Fault
	return errors.As(err, &f) && (f.Kind == Unavailable || f.Kind == Overloaded)
}

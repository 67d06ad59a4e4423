package remote

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

// When a backend is left alone.
const (
	mostFailures = 5 // in a row
	awayTimeout  = 5 * time.Second
	// pauseTimeout is how long an overloaded backend is left alone that does not say
	// how long, longestPause how long at most.
	pauseTimeout = 100 * time.Millisecond
	longestPause = 30 * time.Second
)

// Backend is one process, or one address of many, that serves the model. It is safe
// for concurrent use.
type Backend struct {
	name string // for logs and metrics: host and path
	base string
	pool *Pool

	breaker  *gobreaker.CircuitBreaker[struct{}]
	inFlight atomic.Int64
	until    atomic.Pointer[time.Time] // it is left alone until then; nil = it never was
	poke     chan struct{}             // holds a value when it should be looked at

	checking sync.Mutex
	began    time.Time // of the last check; guarded by checking

	mu    sync.Mutex
	state state
}

// state of a backend, as the last check found it.
type state struct {
	ready bool
	// server and said are what it tells of itself and of its model, "" = nothing;
	// print stands for its logits.
	server, said, print string
	// spread is by how much a logit was seen to change with its batch.
	spread float64
	// why it is not ready.
	why error
}

// same reports that nothing changed that anybody acts on.
func (s state) same(t state) bool {
	return s.ready == t.ready && s.version() == t.version() && sameText(s.why, t.why)
}

// version is different for what gives different scores, as far as it shows.
func (s state) version() string { return fmt.Sprintf("%q %q%s", s.server, s.said, s.print) }

func sameText(a, b error) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Error() == b.Error())
}

func newBackend(p *Pool, base string) *Backend {
	u, _ := url.Parse(base) // Config was validated
	b := &Backend{name: u.Host + strings.TrimRight(u.Path, "/"), base: strings.TrimRight(base, "/"), pool: p, poke: make(chan struct{}, 1)}
	b.breaker = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Timeout:     awayTimeout,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= mostFailures },
		IsSuccessful: func(err error) bool {
			var f *Fault
			return err == nil || errors.As(err, &f) && !f.against()
		},
		IsExcluded: func(err error) bool {
			var f *Fault
			return errors.As(err, &f) && f.Kind == Abandoned
		},
	})
	return b
}

// Name for logs and metrics: host, port and path.
func (b *Backend) Name() string { return b.name }

// Do is one exchange with the backend. Every error is a *Fault. Where its connection
// was new the backend is looked at before the answer counts: a process serves one
// model as long as it lives, so another model comes with another connection.
func (b *Backend) Do(ctx context.Context, r Request) (Reply, error) {
	reply, fresh, err := b.send(ctx, r)
	if err == nil && fresh && !isCheck(ctx) {
		err = b.recheck(ctx)
	}
	return reply, err
}

// blame names the backend in its faults.
func (b *Backend) blame(err error) error {
	var f *Fault
	if errors.As(err, &f) && f.Backend == "" {
		f.Backend = b.name
	}
	return err
}

// Observe a version that an answer tells. It is to be called before the scores of
// that answer are handed out; "" says nothing.
func (b *Backend) Observe(version string) {
	if version == "" {
		return
	}
	b.mu.Lock()
	changed := b.state.ready && b.state.said != version
	if changed {
		b.state.said = version
	}
	b.mu.Unlock()
	if changed {
		b.pool.changed(b)
		b.wake()
	}
}

// wake has the backend looked at soon.
func (b *Backend) wake() {
	select {
	case b.poke <- struct{}{}:
	default:
	}
}

func (b *Backend) now() state {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state
}

// paused reports that it asked to be left alone.
func (b *Backend) paused() bool {
	until := b.until.Load()
	return until != nil && time.Now().Before(*until)
}

func (b *Backend) pause(d time.Duration) {
	if d <= 0 {
		d = pauseTimeout
	}
	until := time.Now().Add(min(d, longestPause))
	b.until.Store(&until)
}

// available reports that a call may go there.
func (b *Backend) available() bool {
	return b.now().ready && !b.paused() && b.breaker.State() != gobreaker.StateOpen
}

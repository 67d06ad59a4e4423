package httpapi

import (
	"math"
	"net/netip"
	"sync"
	"time"
)

// eventRate bounds the events of an address: so many a second, and eventBurst seconds'
// worth at once. What it remembers is bounded, too: past mostAddresses those who have
// waited long enough are forgotten, or else anyone.
type eventRate struct {
	perSecond float64 // 0 = no bound
	now       func() time.Time

	mu    sync.Mutex
	known map[netip.Prefix]*bucket
}

// eventBurst is the depth of a bucket in seconds.
const eventBurst = 10

type bucket struct {
	left float64
	at   time.Time
}

func newEventRate(perSecond int) *eventRate {
	return &eventRate{perSecond: float64(perSecond), now: time.Now, known: map[netip.Prefix]*bucket{}}
}

// take n events of a client, or say in how many seconds they would be taken.
func (r *eventRate) take(client netip.Addr, n int) (wait int, ok bool) {
	if r.perSecond == 0 {
		return 0, true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now, at := r.now(), network(client)
	b := r.known[at]
	if b == nil {
		r.makeRoom(now)
		b = &bucket{left: r.depth(), at: now}
		r.known[at] = b
	}
	b.left, b.at = r.filled(b, now), now
	if float64(n) > b.left {
		return int(math.Ceil((float64(n) - b.left) / r.perSecond)), false
	}
	b.left -= float64(n)
	return 0, true
}

// depth holds a whole body however low the rate is.
func (r *eventRate) depth() float64 { return max(eventBurst*r.perSecond, 100) }

func (r *eventRate) filled(b *bucket, now time.Time) float64 {
	return min(r.depth(), b.left+max(0, now.Sub(b.at).Seconds())*r.perSecond)
}

func (r *eventRate) makeRoom(now time.Time) {
	if len(r.known) < mostAddresses {
		return
	}
	for at, b := range r.known {
		if r.filled(b, now) == r.depth() {
			delete(r.known, at)
		}
	}
	for at := range r.known {
		if len(r.known) < mostAddresses {
			return
		}
		delete(r.known, at)
	}
}

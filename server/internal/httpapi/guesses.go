package httpapi

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// What an address may get wrong before it has to wait: so many keys at once, and
// one more every so often.
const (
	guessesAtOnce = 100
	guessEvery    = time.Second
	mostAddresses = 10_000 // that are remembered
	mostKnown     = 16     // keys of one address
)

// guesses slows those who try keys. An address that got too many wrong is not
// told whether another is right, but for keys that it has shown before: who
// shares an address with somebody who guesses is not shut out with him.
type guesses struct {
	mu    sync.Mutex
	now   func() time.Time
	known map[netip.Prefix]*guesser
}

type guesser struct {
	wrong float64 // counted down as time goes by
	at    time.Time
	shown map[[sha256.Size]byte]bool // keys that were right
}

func newGuesses() *guesses { return &guesses{now: time.Now, known: map[netip.Prefix]*guesser{}} }

// network is what one caller has: an address, or 2^64 of the newer ones.
func network(client netip.Addr) netip.Prefix {
	bits := client.BitLen()
	if client.Is6() {
		bits = 64
	}
	p, _ := client.Prefix(bits)
	return p
}

// allow says whether a key may be looked at. The error is an *api.Error.
func (g *guesses) allow(client netip.Addr, shown [sha256.Size]byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	who := g.known[network(client)]
	if who == nil || who.shown[shown] || who.left(g.now()) < guessesAtOnce {
		return nil
	}
	return &api.Error{Code: api.Overloaded, RetryAfter: int(guessEvery / time.Second),
		Message: "too many wrong keys came from this address: try again later"}
}

// left of the wrong ones by now.
func (w *guesser) left(now time.Time) float64 {
	return max(0, w.wrong-float64(max(0, now.Sub(w.at)))/float64(guessEvery)) // a clock that was set back forgives nothing, and adds nothing
}

// note whether a key was right.
func (g *guesses) note(client netip.Addr, shown [sha256.Size]byte, right bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, at := g.now(), network(client)
	who := g.known[at]
	if who == nil {
		g.makeRoom(now)
		who = &guesser{at: now, shown: map[[sha256.Size]byte]bool{}}
		g.known[at] = who
	}
	if right {
		if len(who.shown) < mostKnown {
			who.shown[shown] = true
		}
		return
	}
	who.wrong, who.at = who.left(now)+1, now
}

// makeRoom forgets those who have nothing to wait for, or else anyone.
func (g *guesses) makeRoom(now time.Time) {
	if len(g.known) < mostAddresses {
		return
	}
	for at, who := range g.known {
		if who.left(now) == 0 {
			delete(g.known, at)
		}
	}
	for at := range g.known {
		if len(g.known) < mostAddresses {
			return
		}
		delete(g.known, at)
	}
}

package remote

import (
	"fmt"
	"math"
	"strings"
)

// printed are logits that were seen, and what stands for them.
type printed struct {
	Seen
	text string
}

// mostPrints bounds what is remembered of models that came and went.
const mostPrints = 64

// printOf names the logits of the checked pairs. Logits that differ by no more than
// sameLogit have one name, whichever backend gave them: it is that of the first.
func (p *Pool) printOf(seen Seen) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.noteRange(seen.Logits)
	for _, known := range p.prints {
		if known.Server == seen.Server && known.Version == seen.Version && alike(known.Logits, seen.Logits) {
			return known.text
		}
	}
	var b strings.Builder
	for _, logit := range seen.Logits {
		fmt.Fprintf(&b, " %.2f", logit)
	}
	if len(p.prints) == mostPrints {
		p.prints = p.prints[1:]
	}
	p.prints = append(p.prints, printed{seen, b.String()})
	return b.String()
}

func alike(a, b []float64) bool {
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= sameLogit) {
			return false
		}
	}
	return len(a) == len(b)
}

// noteRange widens the range of the logits that were tried.
func (p *Pool) noteRange(logits []float64) {
	for _, logit := range logits {
		p.squashed = p.squashed && logit >= 0 && logit <= 1
		p.tried = true
	}
}

// LikeProbabilities reports that every logit tried so far was within [0, 1].
func (p *Pool) LikeProbabilities() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tried && p.squashed
}

// Version names what the ready backends serve: what they tell of it, and their
// logits of the checked pairs. ok is false while none has been ready yet, and while
// two serve different things: then a score has no key that it could be kept under.
func (p *Pool) Version() (version string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.version, p.version != "" && !p.mixed
}

// Epoch grows whenever Version changes. Who notes it before asking for scores, and
// finds it unchanged when he has them, knows that all are of that version.
func (p *Pool) Epoch() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.epoch
}

// settle works out the version anew. The caller holds the lock. With no backend
// ready the last version stays.
func (p *Pool) settle() {
	version, mixed := "", false
	for _, b := range p.backends {
		s := b.now()
		if !s.ready {
			continue
		}
		mixed = mixed || version != "" && version != s.version()
		version = s.version()
	}
	if version == "" || version == p.version && mixed == p.mixed {
		return
	}
	p.version, p.mixed = version, mixed
	p.epoch++
}

// doubt makes what is asked for now no score to keep.
func (p *Pool) doubt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.epoch++
}

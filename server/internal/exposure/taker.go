package exposure

import (
	"time"

	"github.com/splitrank/splitrank/server/internal/ubi"
)

// DefaultEventWindow is how long after an answer events about it count.
const DefaultEventWindow = 24 * time.Hour

// Taker takes events about answers that a signer gave an id. It remembers nothing:
// what is said twice is told apart when the log is read.
type Taker struct {
	Signer *ubi.Signer
	// Window after an answer. 0 = DefaultEventWindow.
	Window time.Duration
	// Note takes an event and must not block.
	Note func(*ubi.Event)
	// Now is time.Now, but for tests.
	Now func() time.Time
}

// Take events, and say how many are of no answer of this deployment's, and how many
// come too late.
func (t *Taker) Take(events []ubi.Event) (taken ubi.Taken) {
	now := time.Now
	if t.Now != nil {
		now = t.Now
	}
	window := t.Window
	if window == 0 {
		window = DefaultEventWindow
	}
	for i := range events {
		switch at, ok := t.Signer.Given(events[i].QueryID); {
		case !ok:
			taken.Unknown++
		case now().Sub(at) > window:
			taken.Late++
		default:
			taken.Accepted++
			t.Note(&events[i])
		}
	}
	return taken
}

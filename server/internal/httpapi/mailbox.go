package httpapi

import (
	"sync"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// mailbox lies between the work on an answer and its reader: it keeps the
// first answer and the latest one, so that neither waits for the other.
// See RATIONALE: why-events-go-through-a-mailbox.
type mailbox struct {
	news chan struct{} // holds a value when there are letters
	over chan struct{} // closed when answer and err are there
	// answer and err are the last words.
	answer *api.Response
	err    error

	mu      sync.Mutex
	seen    bool // the first answer has come
	letters []letter
}

// letter is an answer on its way.
type letter struct {
	name   string
	answer *api.Response
}

func newMailbox() *mailbox {
	return &mailbox{news: make(chan struct{}, 1), over: make(chan struct{})}
}

// put leaves an answer. It does not block.
func (b *mailbox) put(answer *api.Response) {
	b.mu.Lock()
	switch n := len(b.letters); {
	case !b.seen:
		b.letters, b.seen = append(b.letters, letter{wire.EventHeuristic, answer}), true
	case n > 0 && b.letters[n-1].name == wire.EventPartial:
		b.letters[n-1].answer = answer
	default:
		b.letters = append(b.letters, letter{wire.EventPartial, answer})
	}
	b.mu.Unlock()
	select {
	case b.news <- struct{}{}:
	default: // the reader has not looked yet
	}
}

// take empties the box.
func (b *mailbox) take() []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.letters
	b.letters = nil
	return list
}

// first empties the box of a work that is over: its last words say more than
// any partial answer.
func (b *mailbox) first() []letter {
	list := b.take()
	if len(list) > 0 && list[0].name == wire.EventHeuristic {
		return list[:1]
	}
	return nil
}

package vectors

import (
	"sync"
	"time"
)

// warner tells of each kind of trouble once, until it is over.
type warner struct {
	tell func(error)

	mu   sync.Mutex
	told map[string]time.Time // when
}

func (w *warner) warn(kind string, err error) {
	w.mu.Lock()
	_, again := w.told[kind]
	if w.told == nil {
		w.told = map[string]time.Time{}
	}
	if !again {
		w.told[kind] = time.Now()
	}
	w.mu.Unlock()
	if !again {
		w.tell(err)
	}
}

// over forgets a kind of trouble, so that it is told of when it comes again: where it
// was told of within the time it is the same trouble, that comes and goes.
func (w *warner) over(kind string, within time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Since(w.told[kind]) >= within {
		delete(w.told, kind)
	}
}

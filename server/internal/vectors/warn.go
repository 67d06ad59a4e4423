package vectors

import "sync"

// warner tells of each kind of trouble once, until it is over.
type warner struct {
	tell func(error)

	mu   sync.Mutex
	told map[string]bool
}

func (w *warner) warn(kind string, err error) {
	w.mu.Lock()
	again := w.told[kind]
	if w.told == nil {
		w.told = map[string]bool{}
	}
	w.told[kind] = true
	w.mu.Unlock()
	if !again {
		w.tell(err)
	}
}

// over forgets a kind of trouble, so that it is told of when it comes again.
func (w *warner) over(kind string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.told, kind)
}

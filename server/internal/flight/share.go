package flight

import "context"

// Found is a value that somebody else's work gave.
type Found[V any] struct {
	Item   int
	Value  V
	Joined bool // waited for; false = known when it was claimed
}

// Work does items and lands each once it is done. What it has not landed when
// it returns, or panics, is given up.
type Work[V any] func(ctx context.Context, items []int, land func(item int, value V)) error

// Share has each item done, by its key: what nobody is at by work, and the rest
// by those who are. It returns when all are done or one failed; found gets what
// others did, from this goroutine. What others gave up is done here.
func (g *Group[K, V]) Share(ctx context.Context, items []int, key func(item int) K, work Work[V], found func([]Found[V])) error {
	s := sharing[K, V]{g, key, work, found}
	for len(items) > 0 {
		own, others := s.claim(items)
		if err := s.do(ctx, own); err != nil {
			s.join(over(), others) // what has landed by now
			return err
		}
		var err error
		if items, err = s.join(ctx, others); err != nil {
			return err
		}
	}
	return nil
}

// over is a context that is done.
func over() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

type sharing[K comparable, V any] struct {
	group *Group[K, V]
	key   func(item int) K
	work  Work[V]
	found func([]Found[V])
}

// waiting is an item that somebody else is at.
type waiting[V any] struct {
	item   int
	flight *Flight[V]
}

// claim hands out what became known in the meantime, and parts the rest into
// the caller's own and what others are at. An item whose key came before in the
// list is among the others: its flight is the caller's own.
func (s *sharing[K, V]) claim(items []int) (own []int, others []waiting[V]) {
	var known []Found[V]
	for _, i := range items {
		switch v, ok, other := s.group.Claim(s.key(i)); {
		case ok:
			known = append(known, Found[V]{Item: i, Value: v})
		case other != nil:
			others = append(others, waiting[V]{i, other})
		default:
			own = append(own, i)
		}
	}
	if len(known) > 0 {
		s.found(known)
	}
	return own, others
}

// do what was claimed, and give up what an error leaves: even one in a panic,
// or others would wait for ever.
func (s *sharing[K, V]) do(ctx context.Context, items []int) error {
	if len(items) == 0 {
		return nil
	}
	left := make(map[int]struct{}, len(items))
	for _, i := range items {
		left[i] = struct{}{}
	}
	defer func() {
		for i := range left {
			s.group.GiveUp(s.key(i))
		}
	}()
	return s.work(ctx, items, func(i int, v V) {
		if _, ok := left[i]; ok {
			delete(left, i)
			s.group.Land(s.key(i), v)
		}
	})
}

// join waits for the flights of others, in the order of the items, and returns
// the items that were given up.
func (s *sharing[K, V]) join(ctx context.Context, others []waiting[V]) (again []int, err error) {
	for _, o := range others {
		v, ok, waitErr := o.flight.Wait(ctx)
		switch {
		case waitErr != nil:
			err = waitErr // others may have landed all the same
		case !ok:
			again = append(again, o.item)
		default:
			s.found([]Found[V]{{Item: o.item, Value: v, Joined: true}})
		}
	}
	return again, err
}

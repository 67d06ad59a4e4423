package flight

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
)

// known is what a test's group has done.
type known struct {
	mu   sync.Mutex
	done map[string]int
}

func (k *known) get(key string) (int, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.done[key]
	return v, ok
}

func (k *known) set(key string, v int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.done[key] = v
}

// outcome of one Share over keys: who gave each value.
type outcome struct {
	own, found, joined []int
	err                error
}

func share(ctx context.Context, g *Group[string, int], k *known, keys []string, before func(item int) error) (o outcome) {
	items := make([]int, len(keys))
	for i := range items {
		items[i] = i
	}
	o.err = g.Share(ctx, items, func(i int) string { return keys[i] }, func(_ context.Context, items []int, land func(int, int)) error {
		for _, i := range items {
			if err := before(i); err != nil {
				return err
			}
			k.set(keys[i], i)
			o.own = append(o.own, i)
			land(i, i)
			land(i, i) // once is enough, and twice no harm
		}
		return nil
	}, func(list []Found[int]) {
		for _, f := range list {
			if f.Joined {
				o.joined = append(o.joined, f.Item)
			} else {
				o.found = append(o.found, f.Item)
			}
		}
	})
	return o
}

func (o outcome) want(t *testing.T, own, found, joined []int, err error) {
	t.Helper()
	if !slices.Equal(o.own, own) || !slices.Equal(o.found, found) || !slices.Equal(o.joined, joined) || !errors.Is(o.err, err) {
		t.Errorf("%+v, want own %v, found %v, joined %v, error %v", o, own, found, joined, err)
	}
}

func nothing(int) error { return nil }

func TestShare(t *testing.T) {
	k := &known{done: map[string]int{"known": 7}}
	g := NewGroup(k.get)
	share(t.Context(), g, k, []string{"a", "known", "b", "a"}, nothing).want(t, []int{0, 2}, []int{1}, []int{3}, nil)
	share(t.Context(), g, k, []string{"a", "b"}, nothing).want(t, nil, []int{0, 1}, nil, nil)
	share(t.Context(), g, k, nil, nothing).want(t, nil, nil, nil, nil)
	if n := g.Len(); n != 0 {
		t.Errorf("%d flights never landed", n)
	}
}

// TestShareFails: what was done before an error counts, and the rest can be
// claimed by others; so it is after a panic.
func TestShareFails(t *testing.T) {
	k := &known{done: map[string]int{}}
	g := NewGroup(k.get)
	broken := errors.New("out of order")
	fail := func(i int) error {
		if i == 1 {
			return broken
		}
		return nil
	}
	share(t.Context(), g, k, []string{"a", "b", "a"}, fail).want(t, []int{0}, nil, []int{2}, broken)
	func() {
		defer func() { _ = recover() }()
		share(t.Context(), g, k, []string{"b"}, func(int) error { panic(broken) })
	}()
	share(t.Context(), g, k, []string{"a", "b"}, nothing).want(t, []int{1}, []int{0}, nil, nil)
}

// TestShareWaits: it waits for what others are at after its own part, and not
// for longer than it may.
func TestShareWaits(t *testing.T) {
	k := &known{done: map[string]int{}}
	g := NewGroup(k.get)
	_, _, other := g.Claim("theirs")
	if other != nil {
		t.Fatal("claimed by nobody")
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	share(ctx, g, k, []string{"theirs", "mine"}, func(int) error { cancel(gone); return nil }).want(t, []int{1}, nil, nil, gone)
	share(t.Context(), g, k, []string{"theirs", "other"}, func(int) error { g.Land("theirs", 5); return nil }).want(t, []int{1}, nil, []int{0}, nil)
	if _, _, other := g.Claim("given up"); other != nil {
		t.Fatal("claimed by nobody")
	}
	share(t.Context(), g, k, []string{"given up", "last"}, func(i int) error {
		if i == 1 {
			g.GiveUp("given up")
		}
		return nil
	}).want(t, []int{1, 0}, nil, nil, nil)
}

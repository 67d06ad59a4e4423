package vectors

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// readAll is what a request does with documents: look, and read what is missing.
func readAll(ctx context.Context, s *Store, numbers []int, read func(ctx context.Context, n int) error) ([][]byte, error) {
	keys, missing := make([]Key, len(numbers)), []int(nil)
	for i, n := range numbers {
		keys[i] = keyOf(n)
	}
	values := s.Get(ctx, keys)
	for i, v := range values {
		if v == nil {
			missing = append(missing, i)
		}
	}
	err := s.Read(ctx, keys, missing, func(ctx context.Context, items []int, land func(int, []byte)) error {
		for _, i := range items {
			if err := read(ctx, numbers[i]); err != nil {
				return err
			}
			values[i] = valueOf(numbers[i])
			land(i, values[i])
		}
		return nil
	}, func(list []Found) {
		for _, f := range list {
			values[f.Item] = f.Value
		}
	})
	return values, err
}

// TestReadOnce: what several requests need at once is read once, also if it
// stands twice in a request.
func TestReadOnce(t *testing.T) {
	s := open(t, Options{})
	var reads atomic.Int64
	gate := make(chan struct{})
	var wg sync.WaitGroup
	numbers := []int{1, 2, 3, 2, 1}
	for range 8 {
		wg.Go(func() {
			values, err := readAll(t.Context(), s, numbers, func(context.Context, int) error {
				reads.Add(1)
				<-gate
				return nil
			})
			for i, v := range values {
				if !bytes.Equal(v, valueOf(numbers[i])) || err != nil {
					t.Errorf("value %d: %.40q, error %v", i, v, err)
				}
			}
		})
	}
	for range 3 {
		gate <- struct{}{}
	}
	wg.Wait()
	if n := reads.Load(); n != 3 {
		t.Errorf("%d reads of 3 documents", n)
	}
}

// TestReadGivenUp: a request that fails leaves what it claimed to the others.
func TestReadGivenUp(t *testing.T) {
	s := open(t, Options{})
	broken := errors.New("out of order")
	came, gate := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		_, err := readAll(t.Context(), s, []int{1, 2}, func(context.Context, int) error {
			close(came)
			<-gate
			return broken
		})
		done <- err
	}()
	<-came
	value, other := s.Claim(keyOf(1))
	if value != nil || other == nil {
		t.Fatalf("claimed what another reads: %q", value)
	}
	close(gate)
	if err := <-done; !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if _, ok, err := other.Wait(t.Context()); ok || err != nil {
		t.Errorf("landed %v, error %v", ok, err)
	}
	if value, other := s.Claim(keyOf(1)); value != nil || other != nil {
		t.Error("what was given up cannot be claimed")
	}
	s.Land(keyOf(1), valueOf(1))
	if value, _ := s.Claim(keyOf(1)); !bytes.Equal(value, valueOf(1)) {
		t.Errorf("landed %.40q", value)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = readAll(t.Context(), s, []int{5}, func(context.Context, int) error { panic("out of order") })
	}()
	if n := s.flights.Len(); n != 0 {
		t.Errorf("%d flights never landed", n)
	}
}

// TestStress: whatever happens at once, no value is wrong, and nobody waits for
// ever.
func TestStress(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir, DiskBytes: leastBytes, Memory: leastBytes, TTL: time.Hour})
	var wg sync.WaitGroup
	for seed := range uint64(8) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, 1))
			for range 60 {
				stressOnce(t, s, r)
			}
		})
	}
	wg.Wait()
	if n := s.flights.Len(); n != 0 {
		t.Errorf("%d flights never landed", n)
	}
	if st := s.Stat(); st.Corrupt != 0 || folderBytes(t, dir) > leastBytes {
		t.Errorf("%+v", st)
	}
	closeStore(t, s)
	known(t, open(t, Options{Dir: dir, DiskBytes: leastBytes}), 2000)
}

func stressOnce(t *testing.T, s *Store, r *rand.Rand) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(3000))*time.Microsecond)
	defer cancel()
	numbers := make([]int, 1+r.IntN(30))
	for i := range numbers {
		numbers[i] = r.IntN(2000)
	}
	values, err := readAll(ctx, s, numbers, func(ctx context.Context, n int) error { return ctx.Err() })
	for i, v := range values {
		if v == nil && err != nil {
			continue
		}
		if !bytes.Equal(v, valueOf(numbers[i])) {
			t.Errorf("value %d is another: %.40q, error %v", numbers[i], v, err)
		}
	}
	switch r.IntN(10) {
	case 0:
		if _, err := s.Delete(keyOf(numbers[0]), keyOf(numbers[len(numbers)-1])); err != nil {
			t.Error(err)
		}
	case 1:
		if err := s.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	case 2:
		s.memory.InvalidateAll()
	case 3:
		if r.IntN(10) == 0 {
			if err := s.Clear(); err != nil {
				t.Error(err)
			}
		}
	}
	_ = s.Stat()
}

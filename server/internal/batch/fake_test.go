package batch

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"
)

// pair of the fake model.
type pair struct {
	id, length int
}

// value is the score of a pair.
func value(id int) float32 { return float32(id)*0.5 - 3 }

// fake is a model that takes speed per padded token and remembers its batches.
type fake struct {
	speed time.Duration // of a token; 0 is at once
	fail  func(pairs []pair) ([]float32, error)

	mu      sync.Mutex
	batches [][]pair
	stopped int // batches whose context was done before they were
}

func (f *fake) Length(p pair) int { return p.length }

func (f *fake) Score(ctx context.Context, pairs []pair) ([]float32, error) {
	f.mu.Lock()
	f.batches = append(f.batches, slices.Clone(pairs))
	f.mu.Unlock()
	if err := f.compute(ctx, pairs); err != nil {
		return nil, err
	}
	if f.fail != nil {
		return f.fail(pairs)
	}
	return values(pairs), nil
}

func values(pairs []pair) []float32 {
	var scores []float32
	for _, p := range pairs {
		scores = append(scores, value(p.id))
	}
	return scores
}

func (f *fake) compute(ctx context.Context, pairs []pair) error {
	if f.speed == 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(f.speed * time.Duration(padded(pairs))):
		return nil
	case <-ctx.Done():
		f.mu.Lock()
		f.stopped++
		f.mu.Unlock()
		return ctx.Err()
	}
}

func padded(pairs []pair) int {
	width := 0
	for _, p := range pairs {
		width = max(width, p.length)
	}
	return width * len(pairs)
}

// seen counts how often each pair was in a batch.
func (f *fake) seen() map[int]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := map[int]int{}
	for _, b := range f.batches {
		for _, p := range b {
			n[p.id]++
		}
	}
	return n
}

func queue(t testing.TB, m Runner[pair, float32], o Options) *Queue[pair, float32] {
	t.Helper()
	q, err := New(m, o)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// equal makes n pairs of one length with ids from first on.
func equal(first, n, length int) []pair {
	pairs := make([]pair, n)
	for i := range pairs {
		pairs[i] = pair{first + i, length}
	}
	return pairs
}

// wantScores checks scores against the pairs they are of.
func wantScores(t *testing.T, pairs []pair, scores []float32, err error) {
	t.Helper()
	if err != nil || !slices.Equal(scores, values(pairs)) {
		t.Errorf("%d scores %v, error %v, want those of %v", len(scores), scores, err, pairs)
	}
}

// wantEmpty checks that a queue has nothing left to do.
func wantEmpty(t *testing.T, q *Queue[pair, float32]) {
	t.Helper()
	s := q.Stats()
	if s.TokensPerSecond = 0; s != (Stats{}) {
		t.Errorf("left in the queue: %+v", s)
	}
}

// scoreEach scores pairs and calls each with every score.
func scoreEach(q *Queue[pair, float32], ctx context.Context, pairs []pair, each func(pair int, score float32)) (waited, ran time.Duration, err error) {
	return q.Score(ctx, pairs, func(list []Scored[float32]) {
		for _, s := range list {
			each(s.Pair, s.Score)
		}
	})
}

// scoreAll returns the scores of pairs, in their order.
func scoreAll(q *Queue[pair, float32], ctx context.Context, pairs []pair) ([]float32, error) {
	scores := make([]float32, len(pairs))
	_, _, err := scoreEach(q, ctx, pairs, func(pair int, score float32) { scores[pair] = score })
	if err != nil {
		return nil, err
	}
	return scores, nil
}

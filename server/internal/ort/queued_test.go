package ort

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/token"
)

// Through the queue, in whatever batch and while others leave, every pair
// has the score that it has alone, and a pair without a score is named by its
// place in its own request.
func TestQueued(t *testing.T) {
	m := loaded(t, tiny{types: true, notNumber: int32(idOf("bad"))}.folder(t), Options{})
	q, err := batch.New[token.Pair](m, batch.Options{Workers: 2, MaxTokens: 256})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for client := range 6 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(client), 6))
			for range 50 {
				queued(t, m, q, r)
			}
		})
	}
	wg.Wait()
	if err := q.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// queued is one request: scored, cancelled or with a pair that has no score.
func queued(t *testing.T, m *Session, q *batch.Queue[token.Pair, float32], r *rand.Rand) {
	pairs := pairsOf(t, m, "how do plants make food", "sugar", "light , water and air", "", "the shop closes at six . closes at six")
	pairs = pairs[:1+r.IntN(len(pairs))]
	bad := r.IntN(4) == 0
	if bad {
		pairs[len(pairs)-1].Document = []int32{int32(idOf("bad"))}
	}
	ctx, cancel := context.WithCancel(t.Context())
	if r.IntN(4) == 0 {
		go cancel()
	}
	defer cancel()
	scores, err := queuedScores(ctx, q, pairs)
	var e *batch.RequestError
	switch {
	case errors.Is(err, context.Canceled):
	case bad:
		if !errors.As(err, &e) || e.Pair != len(pairs)-1 {
			t.Errorf("error %v, want one that names pair %d", err, len(pairs)-1)
		}
	case err != nil:
		t.Error(err)
	default:
		for i, p := range pairs {
			near(t, "score", scores[i], tiny{types: true}.want(expand(p))[0], MaxSpread)
		}
	}
}

// queuedScores are the scores of pairs that go through a queue, in their order.
func queuedScores(ctx context.Context, q *batch.Queue[token.Pair, float32], pairs []token.Pair) ([]float32, error) {
	scores := make([]float32, len(pairs))
	_, _, err := q.Score(ctx, pairs, func(list []batch.Scored[float32]) {
		for _, s := range list {
			scores[s.Pair] = s.Score
		}
	})
	return scores, err
}

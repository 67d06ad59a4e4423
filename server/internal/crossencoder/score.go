package crossencoder

import (
	"context"
	"fmt"
	"time"

	"github.com/splitrank/splitrank/server/internal/token"
)

// Answer is what a model says about the documents of a query, in their order.
type Answer struct {
	// Logits whose sigmoids are the probabilities of relevance. They are finite.
	Logits []float64
	// Truncated tells of documents that the model did not see to their end.
	Truncated []bool
	// Tokens of all pairs, special ones included and padding not.
	Tokens int
	// Queue is the time until the first pair ran, Inference that from there on.
	Queue, Inference time.Duration
}

// Score returns the logits of documents. When ctx is done it returns its
// cause. Other errors are token.ErrQueryTooLong, those of batch.Queue, and the
// model's own.
func (m *Model) Score(ctx context.Context, query string, documents []string) (Answer, error) {
	pairs, err := m.read(ctx, query, documents)
	if err != nil {
		return Answer{}, err
	}
	return m.run(ctx, pairs)
}

// read tokenizes the query once and each document as far as it is needed.
func (m *Model) read(ctx context.Context, query string, documents []string) ([]token.Pair, error) {
	if err := m.enter(ctx); err != nil {
		return nil, err
	}
	defer m.leave()
	q := m.pairs.Query(query)
	pairs := make([]token.Pair, len(documents))
	for i, text := range documents {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		pair, err := m.pairs.Join(q, m.pairs.Document(nil, q, text))
		if err != nil {
			return nil, fmt.Errorf("joining query and document %d: %w", i, err)
		}
		pairs[i] = pair
	}
	return pairs, nil
}

// enter waits for a turn: tokenizing is work for a processor, the queue is not.
func (m *Model) enter(ctx context.Context) error {
	select {
	case m.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (m *Model) leave() { <-m.turns }

func (m *Model) run(ctx context.Context, pairs []token.Pair) (Answer, error) {
	a := Answer{Logits: make([]float64, len(pairs)), Truncated: make([]bool, len(pairs))}
	for i, p := range pairs {
		a.Truncated[i] = p.Truncated
	}
	spent, err := m.queue.ScoreEach(ctx, pairs, func(i int, logit float32) { a.Logits[i] = float64(logit) })
	if err != nil {
		return Answer{}, err
	}
	a.Tokens, a.Queue, a.Inference = spent.Tokens, spent.Queue, spent.Inference
	m.hooks.Scored(m.Name(), a.scored())
	return a, nil
}

func (a Answer) scored() Scored {
	s := Scored{Documents: len(a.Logits), Queue: a.Queue}
	for _, cut := range a.Truncated {
		if cut {
			s.Truncated++
		}
	}
	return s
}

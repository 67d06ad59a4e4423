package crossencoder

import (
	"context"
	"time"
)

// Answer is what a model says about the documents of a query, in their order.
type Answer struct {
	// Logits whose sigmoids are the probabilities of relevance. They are finite.
	Logits []float64
	// Truncated tells of documents of which, or of whose query, the model did not
	// see everything.
	Truncated []bool
	// Tokens of all pairs, windows each by itself, special ones included and padding not.
	Tokens int
	// Queue is the time until the first pair ran, Inference that from there on.
	Queue, Inference time.Duration
}

// Score returns the logits of documents, read as Options.Truncation says. When ctx is done it returns its
// cause. Other errors are token.ErrQueryTooLong, those of batch.Queue, and the
// model's own.
func (m *Model) Score(ctx context.Context, query string, documents []string) (Answer, error) {
	r, err := m.read(ctx, query, documents, nil)
	if err != nil {
		return Answer{}, err
	}
	return m.run(ctx, r)
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

func (m *Model) run(ctx context.Context, r reading) (Answer, error) {
	logits := make([]float64, len(r.pairs))
	spent, err := m.queue.ScoreEach(ctx, r.pairs, func(i int, logit float32) { logits[i] = float64(logit) })
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Logits: r.logits(logits), Truncated: r.truncated(), Tokens: spent.Tokens, Queue: spent.Queue, Inference: spent.Inference}
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

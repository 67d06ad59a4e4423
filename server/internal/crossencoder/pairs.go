package crossencoder

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// Open implements rerank.PairModel.
func (m *Model) Open(req *api.Request) rerank.Pairs {
	return &pairs{model: m, req: req, tokenized: make([][]token.Pair, len(req.Documents))}
}

// pairs are the documents of a request before a model.
type pairs struct {
	model       *Model
	req         *api.Request
	tokenized   [][]token.Pair // of each document: one pair, or one for each window
	windowScore api.WindowScore
}

// Known implements rerank.Pairs: a model remembers nothing.
func (*pairs) Known(context.Context, []int) ([]answer.Score, rerank.Timing) {
	return nil, rerank.Timing{}
}

// KnowsNothing implements rerank.KnowsNothing.
func (*pairs) KnowsNothing() bool { return true }

// Forecast implements rerank.Pairs.
func (p *pairs) Forecast(tokens []int) time.Duration { return p.model.queue.Forecast(tokens) }

// Score implements rerank.Pairs.
func (p *pairs) Score(ctx context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	q := newQueued(p, documents)
	waited, ran, err := p.model.queue.Score(ctx, q.pairs, func(list []batch.Scored[float32]) {
		if scores := q.complete(list); len(scores) > 0 {
			take(scores)
		}
	})
	if err == nil {
		p.model.hooks.Scored(p.model.Name(), modelserving.RequestStats{Documents: len(documents), Truncated: q.truncated, Queue: waited, Trace: tracing.TraceID(ctx)})
	}
	return rerank.Timing{Queue: waited, Inference: ran}, refusal(err)
}

// queued are documents in the queue, each with one pair or more.
type queued struct {
	windowScore api.WindowScore
	pairs       []token.Pair
	owners      []int // the document of each pair
	logits      map[int][]float64
	left        map[int]int // pairs of a document that have no logit yet
	cut         map[int]bool
	truncated   int // documents
}

func newQueued(p *pairs, documents []int) *queued {
	q := &queued{windowScore: p.windowScore, logits: map[int][]float64{}, left: map[int]int{}, cut: map[int]bool{}}
	for _, d := range documents {
		for _, pair := range p.tokenized[d] {
			q.pairs, q.owners = append(q.pairs, pair), append(q.owners, d)
			q.cut[d] = q.cut[d] || pair.Truncated
		}
		q.left[d] = len(p.tokenized[d])
		if q.cut[d] {
			q.truncated++
		}
	}
	return q
}

// complete takes scores of pairs, and returns those of the documents that have
// all of theirs.
func (q *queued) complete(list []batch.Scored[float32]) (scores []answer.Score) {
	for _, s := range list {
		d := q.owners[s.Pair]
		q.logits[d] = append(q.logits[d], float64(s.Score))
		if q.left[d]--; q.left[d] == 0 {
			scores = append(scores, answer.Score{Document: d, Logit: modelserving.Fold(q.logits[d], q.windowScore), Truncated: q.cut[d]})
		}
	}
	return scores
}

package crossencoder

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/shared/api"
)

// Open implements rerank.PairModel.
func (m *Model) Open(req *api.Request) rerank.Pairs {
	return &pairs{model: m, req: req, read: make([][]token.Pair, len(req.Documents))}
}

// pairs are the documents of a request before a model.
type pairs struct {
	model *Model
	req   *api.Request
	read  [][]token.Pair // of each document that was read: one, or its windows
	score api.WindowScore
}

// Known implements rerank.Pairs: a model remembers nothing.
func (*pairs) Known(context.Context) []rerank.PairScore { return nil }

// Read implements rerank.Pairs.
func (p *pairs) Read(ctx context.Context, documents []int) ([]int, error) {
	texts := make([]string, len(documents))
	for i, d := range documents {
		texts[i] = Text(p.req.Documents[d].Title, p.req.Documents[d].Text)
	}
	r, err := p.model.read(ctx, p.req.Query, texts, p.req.Truncation)
	if err != nil {
		return nil, refusal(err)
	}
	p.score = r.score
	lengths, start := make([]int, len(documents)), 0
	for i, d := range documents {
		p.read[d] = r.pairs[start:r.ends[i]]
		start = r.ends[i]
		lengths[i] = p.model.tokens(p.read[d])
	}
	return lengths, nil
}

func (m *Model) tokens(pairs []token.Pair) (n int) {
	for _, p := range pairs {
		n += m.loaded.Length(p)
	}
	return n
}

// Forecast implements rerank.Pairs.
func (p *pairs) Forecast(tokens []int) time.Duration { return p.model.queue.Forecast(tokens) }

// Score implements rerank.Pairs.
func (p *pairs) Score(ctx context.Context, documents []int, news func([]rerank.PairScore)) (rerank.Spent, error) {
	asked := newAsked(p, documents)
	spent, err := p.model.queue.ScoreLists(ctx, asked.pairs, func(list []batch.Scored) {
		if scores := asked.take(list); len(scores) > 0 {
			news(scores)
		}
	})
	if err == nil {
		p.model.hooks.Scored(p.model.Name(), Scored{len(documents), asked.truncated, spent.Queue})
	}
	return rerank.Spent{Queue: spent.Queue, Inference: spent.Inference}, refusal(err)
}

// asked are documents in the queue, each with one pair or more.
type asked struct {
	score     api.WindowScore
	pairs     []token.Pair
	owners    []int // the document of each pair
	logits    map[int][]float64
	left      map[int]int // pairs of a document that have no logit yet
	cut       map[int]bool
	truncated int // documents
}

func newAsked(p *pairs, documents []int) *asked {
	a := &asked{score: p.score, logits: map[int][]float64{}, left: map[int]int{}, cut: map[int]bool{}}
	for _, d := range documents {
		for _, pair := range p.read[d] {
			a.pairs, a.owners = append(a.pairs, pair), append(a.owners, d)
			a.cut[d] = a.cut[d] || pair.Truncated
		}
		a.left[d] = len(p.read[d])
		if a.cut[d] {
			a.truncated++
		}
	}
	return a
}

// take scores of pairs, and return those of the documents that are complete.
func (a *asked) take(list []batch.Scored) (scores []rerank.PairScore) {
	for _, s := range list {
		d := a.owners[s.Pair]
		a.logits[d] = append(a.logits[d], float64(s.Score))
		if a.left[d]--; a.left[d] == 0 {
			scores = append(scores, rerank.PairScore{Document: d, Logit: fold(a.logits[d], a.score), Truncated: a.cut[d]})
		}
	}
	return scores
}

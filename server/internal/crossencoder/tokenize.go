package crossencoder

import (
	"context"
	"errors"
	"fmt"

	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/shared/api"
)

// Tokenize implements rerank.Pairs: the query once, and each document as far as it
// is needed.
func (p *pairs) Tokenize(ctx context.Context, documents []int) ([]int, error) {
	if err := p.model.tokenizing.Acquire(ctx, 1); err != nil {
		return nil, context.Cause(ctx)
	}
	defer p.model.tokenizing.Release(1)
	b, err := p.model.pairBuilder(p.req.Query, p.req.Truncation)
	if err != nil {
		return nil, refusal(err)
	}
	p.windowScore = b.score
	lengths, all := make([]int, len(documents)), make([]token.Pair, 0, len(documents))
	for i, d := range documents {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		start := len(all)
		if all, err = b.add(all, modelfiles.Text(p.req.Documents[d].Title, p.req.Documents[d].Text)); err != nil {
			return nil, refusal(fmt.Errorf("joining query and document %d: %w", d, err))
		}
		p.tokenized[d] = all[start:]
		lengths[i] = p.model.tokens(p.tokenized[d])
	}
	return lengths, nil
}

func (m *Model) tokens(pairs []token.Pair) (n int) {
	for _, p := range pairs {
		n += m.loaded.Length(p)
	}
	return n
}

// pairBuilder makes the pairs of one query.
type pairBuilder struct {
	pairs   *token.Pairs
	query   token.Query
	windows *token.Windows // nil = a document is one pair
	score   api.WindowScore
	// most tokens of a document; 0 = no bound of its own.
	most int
	// whole says that nothing may be cut by the model's length.
	whole bool
}

// pairBuilder tokenizes the query. What a request's truncation leaves out is the
// model's own.
func (m *Model) pairBuilder(query string, asked *api.Truncation) (pairBuilder, error) {
	t := m.truncation.With(asked)
	pairs, err := m.loaded.Pairs(token.Limits{Strategy: strategy(t.Strategy), MaxQuery: t.MaxQueryTokens})
	if err != nil {
		return pairBuilder{}, err
	}
	q, err := pairs.Query(query)
	if err != nil {
		return pairBuilder{}, err
	}
	b := pairBuilder{pairs: pairs, query: q, most: t.MaxDocumentTokens, whole: t.Strategy == api.DoNotTruncate}
	if w := t.Windows; w != nil {
		b.windows, b.score = &token.Windows{Size: w.Size, Stride: w.Stride, Max: w.Count}, w.Score
		if w.Count == 0 {
			b.windows.Max = api.DefaultWindows
		}
	}
	return b, nil
}

// strategy of the tokenizer: one that may not truncate is looked at afterwards.
func strategy(s api.Strategy) token.Strategy {
	if s == api.DoNotTruncate {
		return token.Strategy(api.OnlySecond)
	}
	return token.Strategy(s)
}

// add appends the pairs of one document.
func (b pairBuilder) add(to []token.Pair, text string) ([]token.Pair, error) {
	if b.windows == nil {
		ids, err := b.pairs.Document(nil, b.query, text)
		if err != nil {
			return to, err
		}
		ids, cut := b.cut(ids)
		pair, err := b.pairs.Join(b.query, ids)
		if err == nil && b.whole && pair.Truncated && !b.query.Truncated {
			err = errTooLong
		}
		pair.Truncated = pair.Truncated || cut
		return append(to, pair), err
	}
	ids, err := b.pairs.WindowDocument(nil, b.query, text, *b.windows)
	if err != nil {
		return to, err
	}
	ids, cut := b.cut(ids)
	to, err = b.pairs.Windows(to, b.query, ids, *b.windows)
	if err != nil {
		return to, err
	}
	last := &to[len(to)-1]
	if b.whole && last.Truncated && !b.query.Truncated {
		return to, errTooLong
	}
	last.Truncated = last.Truncated || cut
	return to, nil
}

// errTooLong is for a request that forbids truncation.
var errTooLong = errors.New("a query and a document together are too long for the model")

// cut the tokens of a document to the most that it may have.
func (b pairBuilder) cut(ids []int32) (kept []int32, cut bool) {
	if b.most == 0 || len(ids) <= b.most {
		return ids, false
	}
	return ids[:b.most], true
}

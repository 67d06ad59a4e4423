package cache

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/server/internal/digest"
	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// Identity names all that a score of a request depends on besides query and
// documents: model, precision, tokenizer, truncation. Where that is not known now,
// nothing is looked for or kept.
type Identity func(req *api.Request) (identity string, known bool)

// Model puts the cache before a model.
func (c *Cache) Model(m rerank.PairModel, identity Identity) rerank.PairModel {
	return &cachedModel{m, c, identity}
}

type cachedModel struct {
	rerank.PairModel
	cache    *Cache
	identity Identity
}

// Open implements rerank.PairModel. A request that opts out has nothing to do
// with the cache: it neither finds nor leaves anything.
func (m *cachedModel) Open(req *api.Request) rerank.Pairs {
	behind := m.PairModel.Open(req)
	if req.NoCache {
		return behind
	}
	epoch := m.epoch()
	identity, known := m.identity(req)
	if !known {
		return behind
	}
	return &pairs{cache: m.cache, behind: behind, keys: digest.Pairs(identity, req), changed: func() bool { return m.epoch() != epoch }}
}

// epoch grows whenever something that Identity names changes under way; 0 = nothing
// ever does.
func (m *cachedModel) epoch() uint64 {
	if changes, ok := m.PairModel.(interface{ Epoch() uint64 }); ok {
		return changes.Epoch()
	}
	return 0
}

// pairs of one request.
type pairs struct {
	cache  *Cache
	behind rerank.Pairs
	keys   []key // by document
	// changed reports that the keys are of another model than the scores that come now.
	changed func() bool
}

// Tokenize implements rerank.Pairs.
func (p *pairs) Tokenize(ctx context.Context, documents []int) ([]int, error) {
	return p.behind.Tokenize(ctx, documents)
}

// Forecast implements rerank.Pairs.
func (p *pairs) Forecast(tokens []int) time.Duration { return p.behind.Forecast(tokens) }

// Known implements rerank.Pairs: what is in memory, and of the rest what is in
// Redis. See RATIONALE: why-known-documents-are-free.
func (p *pairs) Known(ctx context.Context, documents []int) ([]answer.Score, rerank.Timing) {
	ctx, span := tracing.Start(ctx, tracing.Cache)
	found := p.known(ctx, documents)
	span.Int(tracing.Documents, len(documents))
	span.Int(tracing.Found, len(found))
	span.End()
	return found, rerank.Timing{}
}

func (p *pairs) known(ctx context.Context, documents []int) (found []answer.Score) {
	var missing []int
	for _, d := range documents {
		if s, ok := p.cache.local.GetIfPresent(p.keys[d]); ok {
			found = append(found, s.of(d))
		} else {
			missing = append(missing, d)
		}
	}
	p.cache.hits.Add(int64(len(found)))
	return append(found, p.knownToRedis(ctx, missing)...)
}

func (p *pairs) knownToRedis(ctx context.Context, documents []int) []answer.Score {
	if p.cache.redis == nil || len(documents) == 0 {
		return nil
	}
	var found []answer.Score
	for i, text := range p.cache.redis.Get(ctx, p.keysOf(documents)) {
		if s := decode(text); s != nil {
			p.cache.local.Set(p.keys[documents[i]], *s)
			found = append(found, s.of(documents[i]))
		}
	}
	p.cache.shared.Add(int64(len(found)))
	return found
}

func (p *pairs) keysOf(documents []int) []rediskv.Key {
	keys := make([]rediskv.Key, len(documents))
	for i, d := range documents {
		keys[i] = p.keys[d]
	}
	return keys
}

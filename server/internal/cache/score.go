package cache

import (
	"context"

	"github.com/splitrank/splitrank/server/internal/flight"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
)

// Score implements rerank.Pairs. What nobody is at is scored; then it waits for
// what others were at, and scores what they gave up.
func (p *pairs) Score(ctx context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	var total rerank.Timing
	work := func(ctx context.Context, own []int, land func(int, score)) error {
		spent, err := p.behind.Score(ctx, own, func(list []answer.Score) {
			p.keep(list, land)
			take(list)
		})
		total.Queue += spent.Queue
		total.Inference += spent.Inference
		return err
	}
	err := p.cache.flights.Share(ctx, documents, func(d int) key { return p.keys[d] }, work, func(list []flight.Found[score]) {
		take(p.found(list))
	})
	return total, err
}

// found counts the scores that others' work gave.
func (p *pairs) found(list []flight.Found[score]) []answer.Score {
	scores := make([]answer.Score, len(list))
	for i, f := range list {
		if f.Joined {
			p.cache.joined.Add(1)
		} else {
			p.cache.hits.Add(1)
		}
		scores[i] = f.Value.of(f.Item)
	}
	return scores
}

// keep lands scores, here and in Redis. Those that another model may have made than
// the keys name are handed on and not kept.
func (p *pairs) keep(list []answer.Score, land func(int, score)) {
	p.cache.misses.Add(int64(len(list)))
	changed := p.changed()
	for _, s := range list {
		k, found := p.keys[s.Document], scoreOf(s)
		if !changed {
			p.cache.local.Set(k, found)
		}
		land(s.Document, found)
		if p.cache.redis != nil && !changed {
			p.cache.redis.Set(k, found.encode())
		}
	}
}

package cache

import (
	"context"
	"maps"
	"slices"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
)

// Score implements rerank.Pairs. What nobody is at is scored; then it waits for
// what others were at, and scores what they gave up. It waits for nobody before
// its own part is done, so that no two requests wait for each other.
func (p *pairs) Score(ctx context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	var total rerank.Timing
	for len(documents) > 0 {
		own, others := p.claim(documents, take)
		spent, err := p.scoreOwn(ctx, own, take)
		total.Queue += spent.Queue
		total.Inference += spent.Inference
		if err != nil {
			p.join(over(), others, take) // what has landed by now
			return total, err
		}
		if documents, err = p.join(ctx, others, take); err != nil {
			return total, err
		}
	}
	return total, nil
}

// over is a context that is done.
func over() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// claim hands out what became known in the meantime, and parts the rest into
// the caller's own and what others are at.
func (p *pairs) claim(documents []int, take func([]answer.Score)) (own []int, others map[int]*flight) {
	others = map[int]*flight{}
	var found []answer.Score
	for _, d := range documents {
		switch known, other := p.cache.claim(p.keys[d]); {
		case known != nil:
			found = append(found, known.of(d))
		case other != nil:
			others[d] = other
		default:
			own = append(own, d)
		}
	}
	p.cache.hits.Add(int64(len(found)))
	if len(found) > 0 {
		take(found)
	}
	return own, others
}

// scoreOwn scores what was claimed, and gives up what an error leaves: even
// one in a panic, or others would wait for ever.
func (p *pairs) scoreOwn(ctx context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	if len(documents) == 0 {
		return rerank.Timing{}, nil
	}
	left := make(map[int]struct{}, len(documents))
	for _, d := range documents {
		left[d] = struct{}{}
	}
	defer func() {
		for d := range left {
			p.cache.land(p.keys[d], nil)
		}
	}()
	return p.behind.Score(ctx, documents, func(list []answer.Score) {
		for _, s := range list {
			delete(left, s.Document)
		}
		p.keep(list)
		take(list)
	})
}

// keep lands scores, here and in Redis.
func (p *pairs) keep(list []answer.Score) {
	p.cache.misses.Add(int64(len(list)))
	for _, s := range list {
		k, found := p.keys[s.Document], scoreOf(s)
		p.cache.land(k, &found)
		if p.cache.redis != nil {
			p.cache.redis.set(k, found)
		}
	}
}

// join waits for the flights of others, in the order of the documents, and
// returns the documents that were given up.
func (p *pairs) join(ctx context.Context, others map[int]*flight, take func([]answer.Score)) (again []int, err error) {
	for _, d := range slices.Sorted(maps.Keys(others)) {
		s, waitErr := others[d].wait(ctx)
		switch {
		case waitErr != nil:
			err = waitErr // others may have landed all the same
		case s == nil:
			again = append(again, d)
		default:
			p.cache.joined.Add(1)
			take([]answer.Score{s.of(d)})
		}
	}
	return again, err
}

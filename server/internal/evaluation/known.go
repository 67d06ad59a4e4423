package evaluation

import (
	"context"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// noneKnown is a model before which no document is known, however often it was read: a
// cascade scores what it keeps and no more. What was read is still read once.
// See RATIONALE: why-nothing-is-known-in-eval.
type noneKnown struct{ rerank.PairModel }

// Open implements rerank.PairModel. A deadline is met by reading.
func (u noneKnown) Open(req *api.Request) rerank.Pairs {
	if req.Budget.DeadlineMS > 0 && !req.NoCache {
		anew := *req
		anew.NoCache = true
		req = &anew
	}
	return noneKnownPairs{u.PairModel.Open(req)}
}

type noneKnownPairs struct{ rerank.Pairs }

// Known implements rerank.Pairs.
func (noneKnownPairs) Known(context.Context, []int) ([]answer.Score, rerank.Timing) {
	return nil, rerank.Timing{}
}

// Score implements rerank.Pairs. What was read for another query, or in another run, is
// not read again.
func (p noneKnownPairs) Score(ctx context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	left, spent := takeKnown(ctx, p.Pairs, documents, take)
	if len(left) == 0 {
		return spent, nil
	}
	more, err := p.Pairs.Score(ctx, left, take)
	return spent.Plus(more), err
}

// takeKnown takes the scores of documents that need not be read, as if they had been,
// and returns the rest.
func takeKnown(ctx context.Context, p rerank.Pairs, documents []int, take func([]answer.Score)) (left []int, spent rerank.Timing) {
	known, spent := p.Known(ctx, documents)
	found := make(map[int]bool, len(known))
	for i := range known {
		found[known[i].Document], known[i].Known = true, false
	}
	if len(known) > 0 {
		take(known)
	}
	for _, d := range documents {
		if !found[d] {
			left = append(left, d)
		}
	}
	return left, spent
}

// allKnown is a first model that knows every document: it reads what it does not.
type allKnown struct{ rerank.PairModel }

// ReadsApart says that it may choose.
func (allKnown) ReadsApart() {}

// Open implements rerank.PairModel.
func (k allKnown) Open(req *api.Request) rerank.Pairs { return allKnownPairs{k.PairModel.Open(req)} }

type allKnownPairs struct{ rerank.Pairs }

// Known implements rerank.Pairs. What cannot be read is not known.
func (p allKnownPairs) Known(ctx context.Context, documents []int) (all []answer.Score, spent rerank.Timing) {
	take := func(list []answer.Score) {
		for _, s := range list {
			s.Known = true
			all = append(all, s)
		}
	}
	left, spent := takeKnown(ctx, p.Pairs, documents, take)
	if _, err := p.Tokenize(ctx, left); err != nil || len(left) == 0 {
		return all, spent
	}
	more, _ := p.Score(ctx, left, take)
	return all, spent.Plus(more)
}

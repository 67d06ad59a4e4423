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

// allKnown is a first model that knows every document: it reads what it does not.
type allKnown struct{ rerank.PairModel }

// ReadsApart says that it may choose.
func (allKnown) ReadsApart() {}

// Open implements rerank.PairModel.
func (k allKnown) Open(req *api.Request) rerank.Pairs { return allKnownPairs{k.PairModel.Open(req)} }

type allKnownPairs struct{ rerank.Pairs }

// Known implements rerank.Pairs. What cannot be read is not known.
func (p allKnownPairs) Known(ctx context.Context, documents []int) (all []answer.Score, spent rerank.Timing) {
	if _, err := p.Tokenize(ctx, documents); err != nil {
		return nil, spent
	}
	spent, _ = p.Score(ctx, documents, func(list []answer.Score) {
		for _, s := range list {
			s.Known = true
			all = append(all, s)
		}
	})
	return all, spent
}

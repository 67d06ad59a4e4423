package rerank

import (
	"context"
	"slices"
	"time"

	"github.com/splitrank/splitrank/server/internal/tracing"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// score asks the model about documents, the best first: what is known already is
// free, then wave by wave until all is scored or the deadline is near. What came
// before an error counts. See RATIONALE: why-a-model-is-always-asked.
func (c cascade) score(ctx context.Context, docs []int, deadline time.Time) (scored, error) {
	ctx, span := tracing.Start(ctx, tracing.Score)
	defer span.End()
	s, err := c.scoreWaves(ctx, docs, deadline)
	span.Word(tracing.Model, c.model.Model.Name())
	span.Int(tracing.Documents, len(docs))
	span.Int(tracing.Found, s.known)
	span.Int(tracing.Asked, s.asked)
	return s, err
}

func (c cascade) scoreWaves(ctx context.Context, docs []int, deadline time.Time) (scored, error) {
	n := len(c.req.Documents)
	pairs := c.model.Model.Open(c.req)
	s := scored{model: c.model.Model, pairs: pairs, scores: make([]*answer.Score, n), tokens: make([]int, n), unread: setOf(c.unread(docs), n), waiting: setOf(docs, n)}
	take := func(list []answer.Score) {
		s.take(list)
		if len(list) > 0 {
			c.show(s)
		}
	}
	if !knowsNothing(pairs) {
		known, spent := pairs.Known(ctx, c.askable(docs))
		s.known, s.timing = len(known), spent
		take(known)
	}
	early, later := c.halves(&s, docs)
	if err := c.scoreInTime(ctx, &s, s.unscored(early), deadline, take); err != nil || later == nil {
		return s, err
	}
	later, err := c.again(&s, early, later)
	if err != nil {
		return s, err
	}
	return s, c.scoreInTime(ctx, &s, s.unscored(later), deadline, take)
}

// scoreInTime asks the model about those of docs that the budget of tokens holds, the best
// first, wave by wave until all are scored or the deadline is near.
func (c cascade) scoreInTime(ctx context.Context, s *scored, docs []int, deadline time.Time, take func([]answer.Score)) error {
	docs, err := c.tokenize(ctx, s, docs)
	if err != nil {
		return err
	}
	for len(docs) > 0 {
		wave := docs[:s.wave(s.pairs, docs, deadline)]
		if len(wave) == 0 {
			return errDeadline
		}
		s.asked += len(wave)
		timing, err := s.pairs.Score(ctx, wave, take)
		s.timing = s.timing.Plus(timing)
		if err != nil {
			return err
		}
		docs = docs[len(wave):]
	}
	return nil
}

// askable are the documents that the model may score for nothing: those in docs, and
// of the others those whose script it supports.
func (c cascade) askable(docs []int) []int {
	asked := setOf(docs, len(c.req.Documents))
	list := slices.Clone(docs)
	for _, r := range c.Results {
		if d := r.Index; !asked[d] && c.reads(c.model.Model, d) {
			list = append(list, d)
		}
	}
	return list
}

func setOf(docs []int, n int) []bool {
	set := make([]bool, n)
	for _, d := range docs {
		set[d] = true
	}
	return set
}

func (s *scored) take(list []answer.Score) {
	for _, score := range list {
		s.scores[score.Document], s.waiting[score.Document] = &score, false
	}
}

// unscored of a list of documents.
func (s *scored) unscored(docs []int) []int {
	var left []int
	for _, d := range docs {
		if s.scores[d] == nil {
			left = append(left, d)
		}
	}
	return left
}

// tokenize documents, note the tokens of each pair, and leave out what the budget of
// tokens does not hold: the best that fit, in their order.
// See RATIONALE: why-a-token-budget-skips-what-does-not-fit.
func (c cascade) tokenize(ctx context.Context, s *scored, docs []int) ([]int, error) {
	_, span := tracing.Start(ctx, tracing.Tokenize)
	lengths, err := s.pairs.Tokenize(ctx, docs)
	span.Int(tracing.Documents, len(docs))
	span.End()
	if err != nil {
		return nil, err
	}
	budget := c.req.Budget.Tokens
	if sum := total(lengths); c.pipeline == api.CrossEncoder && budget > 0 && sum > budget {
		return nil, trimsNothing("tokens", sum, budget)
	}
	return s.fittingTokens(docs, lengths, budget), nil
}

// fittingTokens are the documents of these lengths that a budget of tokens holds beside
// what is spent. The others wait for nothing. 0 = there is no budget.
func (s *scored) fittingTokens(docs, lengths []int, budget int) []int {
	fitting := docs[:0:0]
	for i, d := range docs {
		s.tokens[d] = lengths[i]
		if s.waiting[d] = budget == 0 || s.spent+lengths[i] <= budget; s.waiting[d] {
			fitting = append(fitting, d)
			s.spent += lengths[i]
		}
	}
	return fitting
}

func total(list []int) (sum int) {
	for _, n := range list {
		sum += n
	}
	return sum
}

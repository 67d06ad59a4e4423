package gateway

import (
	"context"

	"github.com/splitrank/splitrank/shared/api"
)

// refinement is what came of asking the origin.
type refinement struct {
	// response of the origin; nil = it said nothing.
	response *api.Response
	// cached says that it is an earlier one.
	cached bool
	// reason why the answer is less than was asked for; "" = nothing went wrong
	// at the edge.
	reason string
}

// refine asks the cache, else the origin. Where neither has an answer the
// refinement has a reason, or the error is the caller's.
func (g *Gateway) refine(ctx context.Context, p planned) (refinement, error) {
	q := p.question()
	entry := g.cacheEntry(ctx, p, q)
	if r, ok := g.lookUp(ctx, p, entry); ok {
		return r, nil
	}
	response, err := g.answerOf(ctx, p, q)
	if err != nil {
		return g.failed(ctx, p, refinement{}, err)
	}
	g.store(ctx, entry, response)
	return refinement{response: response}, nil
}

// answerOf the origin to a question.
func (g *Gateway) answerOf(ctx context.Context, p planned, q *api.Request) (*api.Response, error) {
	a, err := g.ask(ctx, p, q, "application/json")
	if err != nil {
		return nil, err
	}
	body, err := read(a, g.config.Limits)
	if err != nil {
		return nil, err
	}
	return p.decode(body)
}

package gateway

import (
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// question puts what was kept into a request for the origin: texts and first
// stage, and no more. Its time is what is left of the caller's.
func (t *task) question(p api.Pipeline) {
	slices.Sort(t.kept)
	left := t.gateway.config.Origin.Left(t.ctx, t.req.Budget.DeadlineMS)
	if left <= 0 {
		t.fail(ErrDeadline)
		return
	}
	t.asked = &api.Request{
		Query: t.req.Query, Documents: t.documents(), Pipeline: api.CrossEncoder, FirstStage: t.req.FirstStage,
		Budget:   api.Budget{Documents: t.req.Budget.Documents, Tokens: t.req.Budget.Tokens, DeadlineMS: left},
		Language: t.req.Language, NoCache: t.req.NoCache, Strict: t.req.Strict, Model: t.req.Model, Truncation: t.req.Truncation,
	}
	if p == api.Cascade {
		t.asked.Budget.Documents = len(t.kept)
	}
	if p == api.Cascade && t.req.Budget.Tokens > 0 {
		t.asked.Pipeline = p // keeps what the tokens hold, where the other one refuses
	}
}

// documents that were kept, in the caller's order, with their places in the
// first stage: the origin does not see what is between them.
func (t *task) documents() []api.Document {
	ranked := slices.ContainsFunc(t.req.Documents, func(d api.Document) bool { return d.Rank > 0 })
	out := make([]api.Document, len(t.kept))
	for i, d := range t.kept {
		doc := &t.req.Documents[d]
		out[i] = api.Document{Title: doc.Title, Text: doc.Text, Rank: doc.Rank}
		if !ranked && t.req.FirstStage == heuristics.Given {
			out[i].Rank = d + 1
		}
	}
	return out
}

package gateway

import (
	"slices"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// question puts what was kept into a request for the origin: texts and first
// stage, and no more. Its time is added when it is asked: see inTime.
func (t *task) question(p api.Pipeline) {
	slices.Sort(t.kept)
	t.asked = &api.Request{
		Query: t.req.Query, Documents: t.documents(), Pipeline: api.CrossEncoder, FirstStage: t.req.FirstStage,
		Budget:   api.Budget{Documents: t.req.Budget.Documents, Tokens: t.req.Budget.Tokens},
		Language: t.req.Language, Typing: t.req.Typing, NoCache: t.req.NoCache, Strict: t.req.Strict, Model: t.req.Model, Truncation: t.req.Truncation,
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

// inTime gives the question the time that is left just now, in milliseconds; false = none is.
func (t *task) inTime() bool {
	t.asked.Budget.DeadlineMS = t.gateway.config.Origin.Left(t.ctx, t.req.Budget.DeadlineMS)
	return t.asked.Budget.DeadlineMS > 0
}

// ask puts the question, as it is to be answered: with which media type.
func (t *task) ask(accept string) (*Answer, error) {
	if !t.inTime() {
		return nil, ErrDeadline
	}
	return t.gateway.config.Origin.Ask(t.ctx, Question{
		Path: "/rerank", Header: forwarded(t.ctx, accept), Body: api.AppendRequest(nil, t.asked), LeftMS: t.asked.Budget.DeadlineMS,
	})
}

package gateway

import (
	"context"
	"fmt"
	"net/http"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// batch serves POST /rerank/batch: 200 with an answer or an error for each
// request, unless the batch as a whole is wrong. The origin is asked once.
func (g *Gateway) batch(w http.ResponseWriter, r *http.Request, body []byte) error {
	account := g.memory.Open()
	defer account.Close()
	if err := account.Take(api.DecodingBytes(len(body), g.config.Limits.BatchDocuments)); err != nil {
		return err
	}
	items, err := api.DecodeBatch(body, g.config.Limits)
	if err != nil {
		return err
	}
	if err := account.Take(api.BatchBytes(items, len(items)) + g.questionBytes(body)); err != nil {
		return err
	}
	for _, item := range items {
		if item.Err == nil {
			item.Request.NoCache = item.Request.NoCache || wire.NoStore(r.Header)
		}
	}
	out := wire.NewBatchAnswers(w)
	for _, a := range g.answerAll(r.Context(), items) {
		if out.Write(a) != nil {
			return nil // nobody is there
		}
	}
	_ = out.Close()
	return nil
}

// batched is one request of a batch.
type batched struct {
	planned
	refinement
	err error // why there is no answer
}

func (g *Gateway) answerAll(ctx context.Context, items []api.BatchItem) []api.BatchAnswer {
	list := make([]batched, len(items))
	for i, item := range items {
		if item.Err != nil {
			list[i].err = item.Err
			continue
		}
		list[i].planned, list[i].err = g.plan(item.Request)
	}
	g.refineAll(ctx, list)
	answers := make([]api.BatchAnswer, len(items))
	for i, b := range list {
		answers[i] = g.batchAnswer(ctx, b)
	}
	return answers
}

func (g *Gateway) batchAnswer(ctx context.Context, b batched) api.BatchAnswer {
	if b.err != nil {
		a := api.BatchAnswer{Err: g.fault(ctx, b.err)}
		if b.req != nil {
			a.Form = b.req.Form()
		}
		return a
	}
	return api.BatchAnswer{Form: b.req.Form(), Response: b.planned.response(g.Scorer(), b.refinement)}
}

// refineAll asks the origin, in one question, about all requests of a list that it
// has a part in and that have time left.
func (g *Gateway) refineAll(ctx context.Context, list []batched) {
	var open []*batched
	var questions []*api.Request
	for i := range list {
		b := &list[i]
		if b.err != nil || b.pipeline == api.Heuristic {
			continue
		}
		q := b.question()
		if q.Budget.DeadlineMS = g.config.Origin.Left(ctx, b.req.Budget.DeadlineMS); q.Budget.DeadlineMS <= 0 {
			b.refinement, b.err = g.failed(ctx, b.planned, refinement{}, ErrDeadline)
			continue
		}
		open, questions = append(open, b), append(questions, q)
	}
	if len(open) == 0 {
		return
	}
	answers, err := g.askBatch(ctx, questions)
	for i, b := range open {
		failure := err
		if failure == nil {
			b.refinement.response, failure = b.batchAnswer(answers[i])
		}
		if failure != nil {
			b.refinement, b.err = g.failed(ctx, b.planned, refinement{}, failure)
		}
	}
}

// batchAnswer is the origin's answer about the documents that p kept.
func (p planned) batchAnswer(a api.BatchAnswer) (*api.Response, error) {
	if a.Err != nil {
		return nil, &refusal{a.Err.Status(), a.Err}
	}
	return a.Response, p.check(a.Response)
}

func (g *Gateway) askBatch(ctx context.Context, questions []*api.Request) ([]api.BatchAnswer, error) {
	left := 0
	for _, q := range questions {
		left = max(left, q.Budget.DeadlineMS)
	}
	a, err := g.config.Origin.Ask(ctx, Question{
		Path: "/rerank/batch", Header: forwarded(ctx, "application/json"), Body: api.AppendRequests(nil, questions), LeftMS: left,
	})
	if err != nil {
		return nil, err
	}
	body, err := read(a, g.config.Limits)
	if err != nil {
		return nil, err
	}
	answers, err := api.DecodeAnswers(body)
	if err != nil {
		return nil, undecodable(err)
	}
	if len(answers) != len(questions) {
		return nil, fmt.Errorf("the origin answered %d of %d requests", len(answers), len(questions))
	}
	return answers, nil
}

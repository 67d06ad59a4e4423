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
	items, err := api.DecodeBatch(body, g.config.Limits)
	if err != nil {
		return err
	}
	release, err := g.reserveAll(items, len(items))
	defer release()
	if err != nil {
		return err
	}
	for _, item := range items {
		if item.Err == nil {
			item.Request.NoCache = item.Request.NoCache || wire.NoStore(r.Header)
		}
	}
	answers := g.answerAll(r.Context(), items)
	for _, a := range answers {
		if a.Err == nil {
			wire.TellDegraded(w.Header(), a.Response)
		}
	}
	wire.WriteJSON(w, http.StatusOK, api.AppendBatch(nil, answers))
	return nil
}

func (g *Gateway) answerAll(ctx context.Context, items []api.BatchItem) []api.BatchAnswer {
	tasks, errs := make([]*task, len(items)), make([]error, len(items))
	for i, item := range items {
		if item.Err != nil {
			errs[i] = item.Err
			continue
		}
		tasks[i], errs[i] = g.begin(ctx, item.Request)
	}
	g.askAll(ctx, tasks)
	answers := make([]api.BatchAnswer, len(items))
	for i := range items {
		answers[i] = g.batchAnswer(ctx, tasks[i], errs[i])
	}
	return answers
}

func (g *Gateway) batchAnswer(ctx context.Context, t *task, err error) api.BatchAnswer {
	if err != nil {
		return api.BatchAnswer{Err: g.fault(ctx, err)}
	}
	response, err := t.end()
	if err != nil {
		return api.BatchAnswer{Err: g.fault(ctx, err)}
	}
	return api.BatchAnswer{Shape: t.req.Shape, Response: response}
}

// askAll asks the origin about all tasks that are open and have time left, in
// one question.
func (g *Gateway) askAll(ctx context.Context, tasks []*task) {
	var open []*task
	for _, t := range tasks {
		switch {
		case t == nil || !t.open():
		case t.inTime():
			open = append(open, t)
		default:
			t.fail(ErrDeadline)
		}
	}
	if len(open) == 0 {
		return
	}
	answers, err := g.askBatch(ctx, open)
	for i, t := range open {
		switch {
		case err != nil:
			t.settle(nil, err)
		case answers[i].Err != nil:
			t.settle(nil, &refusal{answers[i].Err.Status(), answers[i].Err})
		default:
			t.settle(answers[i].Response, nil)
		}
	}
}

func (g *Gateway) askBatch(ctx context.Context, open []*task) ([]api.BatchAnswer, error) {
	requests, left := make([]*api.Request, len(open)), 0
	for i, t := range open {
		requests[i], left = t.asked, max(left, t.asked.Budget.DeadlineMS)
	}
	a, err := g.config.Origin.Ask(ctx, Question{
		Path: "/rerank/batch", Header: forwarded(ctx, "application/json"), Body: api.AppendRequests(nil, requests), LeftMS: left,
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
		return nil, notUnderstood(err)
	}
	if len(answers) != len(open) {
		return nil, fmt.Errorf("the origin answered %d of %d requests", len(answers), len(open))
	}
	return answers, nil
}

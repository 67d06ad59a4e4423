package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// question for the origin about what was kept: texts and first stage, and no
// more. Explained it says what a model makes of each score. Its time is added when it is asked: see ask.
func (p planned) question() *api.Request {
	r := p.req
	q := &api.Request{
		Query: r.Query, Documents: p.keptDocuments(), Pipeline: api.CrossEncoder, FirstStage: r.FirstStage,
		Budget:    api.Budget{Documents: r.Budget.Documents, Tokens: r.Budget.Tokens},
		Diversity: r.Diversity, Language: r.Language, Typing: r.Typing, NoCache: r.NoCache || p.tenants, Strict: r.Strict,
		Model: r.Model, FirstModel: r.FirstModel, Truncation: r.Truncation, ClientID: r.ClientID, Explain: r.Explain,
	}
	if p.pipeline != api.CrossEncoder {
		q.Budget.Documents = len(p.Kept)
	}
	if p.pipeline == api.LLM {
		q.Pipeline, q.LLM = p.pipeline, r.LLM
	}
	if p.pipeline == api.Cascade && r.Budget.Tokens > 0 {
		q.Pipeline = api.Cascade // keeps what the tokens hold, where the other one refuses
	}
	return q
}

// keptDocuments are in the caller's order, with their ranks in the first stage:
// the origin does not see what is between them. Where it may log what is shown they
// keep their ids, or get their places, which events about the answer name them by.
func (p planned) keptDocuments() []api.Document {
	ranked := slices.ContainsFunc(p.req.Documents, func(d api.Document) bool { return d.Rank > 0 })
	out := make([]api.Document, len(p.Kept))
	for i, d := range p.Kept {
		doc := &p.req.Documents[d]
		out[i] = api.Document{Title: doc.Title, Text: doc.Text, Rank: doc.Rank}
		if p.req.ClientID != "" {
			out[i].ID = doc.ID
			if doc.ID.IsZero() {
				out[i].ID = api.ID{Text: strconv.Itoa(d), Number: true}
			}
		}
		if !ranked && p.req.FirstStage == heuristics.Given {
			out[i].Rank = d + 1
		}
	}
	return out
}

// ask the origin a question of p, in the time that is left just now, and return
// its answer unread. accept is the media type that it is to come in.
func (g *Gateway) ask(ctx context.Context, p planned, q *api.Request, accept string) (*Answer, error) {
	q.Budget.DeadlineMS = g.config.Origin.Left(ctx, p.req.Budget.DeadlineMS)
	if q.Budget.DeadlineMS <= 0 {
		return nil, ErrDeadline
	}
	return g.config.Origin.Ask(ctx, Question{
		Path: "/rerank", Header: forwarded(ctx, accept), Body: api.AppendRequest(nil, q), LeftMS: q.Budget.DeadlineMS,
	})
}

// refusal is a status of the origin's other than 200.
type refusal struct {
	status int
	fault  *api.Error // what it said; nil = nothing that can be decoded
}

// Error is for the log.
func (r *refusal) Error() string {
	if r.fault == nil {
		return "the origin answered with status " + strconv.Itoa(r.status)
	}
	return fmt.Sprintf("the origin answered with status %d, code %q", r.status, r.fault.Code)
}

// read the body of an answer, whatever its status, within the limit of a body.
func read(a *Answer, l api.Limits) ([]byte, error) {
	defer a.Body.Close()
	body, err := io.ReadAll(io.LimitReader(a.Body, int64(l.BodyBytes)+1))
	switch {
	case errors.Is(err, ErrDeadline):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("reading the origin's answer: %w", err)
	case len(body) > l.BodyBytes:
		return nil, fmt.Errorf("reading the origin's answer: it is longer than %d bytes", l.BodyBytes)
	case a.Status != http.StatusOK:
		return nil, refused(a, body)
	}
	return body, nil
}

func refused(a *Answer, body []byte) *refusal {
	fault, err := api.DecodeError(body)
	if err != nil {
		return &refusal{status: a.Status}
	}
	fault.RetryAfter, _ = strconv.Atoi(a.Header.Get("Retry-After"))
	return &refusal{a.Status, fault}
}

// decode an answer about the documents that p kept, and hold it to its promises.
func (p planned) decode(body []byte) (*api.Response, error) {
	r, err := api.DecodeResponse(body)
	if err != nil {
		return nil, undecodable(err)
	}
	return r, p.check(r)
}

// check an answer about the documents that p kept.
func (p planned) check(r *api.Response) error {
	if err := answer.Check(r.Results, len(p.Kept), p.req.Diversity > 0); err != nil {
		return fmt.Errorf("reading the origin's answer: %w", err)
	}
	return nil
}

// undecodable takes the code of err only: its message is about the origin's
// words, and it is not the caller's fault.
func undecodable(err error) error {
	var fault *api.Error
	if errors.As(err, &fault) {
		return fmt.Errorf("reading the origin's answer: %s at %q", fault.Code, fault.Field)
	}
	return errors.New("reading the origin's answer: " + err.Error())
}

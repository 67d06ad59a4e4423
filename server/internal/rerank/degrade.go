package rerank

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/splitrank/splitrank/shared/api"
)

// outcome is the answer after the model's part ended with err, nil if it went
// well.
func (p *pass) outcome(ctx context.Context, err error) (Judgement, error) {
	var fault *api.Error
	switch {
	case err == nil:
		return p.judged(), nil
	case ctx.Err() != nil:
		return Judgement{}, context.Cause(ctx)
	case errors.Is(err, errDeadline):
		return p.degraded(api.ReasonDeadline, err)
	case errors.As(err, &fault) && fault.Code == api.Overloaded:
		return p.degraded(api.ReasonOverload, err)
	case errors.As(err, &fault):
		return Judgement{}, err // what the caller can do something about
	}
	err = fmt.Errorf("asking model %q: %w", p.model.Name(), err)
	if !p.req.Strict {
		p.engine.config.Failed(err)
	}
	return p.degraded(api.ReasonModel, err)
}

// degraded is the answer with what there is, or the error if the request is
// strict.
func (p *pass) degraded(reason string, err error) (Judgement, error) {
	if p.req.Strict {
		return Judgement{}, err
	}
	j := p.judged()
	j.Degraded, j.Reason = true, reason
	return j, nil
}

// judged is the last judgement.
func (p *pass) judged() Judgement {
	j := p.judgement()
	j.Usage.Trimmed = len(p.req.Documents) - p.known - p.asked
	if p.unread > 0 {
		j.Reason = api.ReasonLanguage
	}
	return j
}

func (p *pass) untrained(field, on string) error {
	return &api.Error{Code: api.UnknownLanguage, Field: field, Message: "model " + strconv.Quote(p.model.Name()) + " was not trained on " + on}
}

package crossencoder

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// Scorer is the pipeline cross-encoder: every document in a script of the
// model's languages gets its score, the others follow. Where the model does not
// answer, the heuristics do, unless the request is strict. It paces itself.
type Scorer struct {
	model  *Model
	cheap  rerank.Scorer
	failed func(error)
}

// NewScorer puts a model before the heuristics. failed hears why a model did
// not answer; it may be nil.
func NewScorer(m *Model, heuristics rerank.Scorer, failed func(error)) *Scorer {
	if failed == nil {
		failed = func(error) {}
	}
	return &Scorer{m, heuristics, failed}
}

// errDeadline ends the model's part of a request that is not strict.
var errDeadline = errors.New("the deadline passed")

// Score implements rerank.Scorer.
func (s *Scorer) Score(ctx context.Context, req *api.Request) (rerank.Judgement, error) {
	if err := checkRequest(req); err != nil {
		return rerank.Judgement{}, err
	}
	inTime, cancel := withDeadline(ctx, req)
	defer cancel()
	j, err := s.ask(ctx, req)
	if err != nil {
		return j, err
	}
	documents := texts(req.Documents)
	read := s.model.readable(documents)
	if !s.model.speaks(req.Language, j.Language) || len(read) == 0 {
		return s.foreign(req, j)
	}
	a, err := s.answer(inTime, req, pick(documents, read))
	switch {
	case err == nil:
		return s.merge(req, j, a, read), nil
	case ctx.Err() != nil:
		return j, context.Cause(ctx)
	case errors.Is(err, errDeadline):
		return without(j, api.ReasonDeadline), nil
	}
	return s.broken(req, j, refusal(err))
}

// checkRequest refuses what this pipeline would have to ignore.
func checkRequest(req *api.Request) error {
	if req.Diversity > 0 {
		return &api.Error{Code: api.OutOfRange, Field: "diversity", Message: `only pipeline "heuristic" serves diversity`}
	}
	if b := req.Budget.Documents; b > 0 && b < len(req.Documents) {
		message := `pipeline "cross-encoder" trims nothing, and ` + strconv.Itoa(len(req.Documents)) + " documents exceed the budget of " + strconv.Itoa(b)
		return &api.Error{Code: api.OutOfRange, Field: "budget.documents", Message: message}
	}
	return nil
}

// withDeadline bounds the model's part; a strict request brings its own bound.
func withDeadline(ctx context.Context, req *api.Request) (context.Context, context.CancelFunc) {
	if ms := req.Budget.DeadlineMS; ms > 0 && !req.Strict {
		return context.WithTimeoutCause(ctx, time.Duration(ms)*time.Millisecond, errDeadline)
	}
	return context.WithCancel(ctx)
}

// ask the heuristics, within a turn.
func (s *Scorer) ask(ctx context.Context, req *api.Request) (rerank.Judgement, error) {
	start := time.Now()
	if err := s.model.enter(ctx); err != nil {
		return rerank.Judgement{}, err
	}
	defer s.model.leave()
	waited := time.Since(start)
	j, err := s.cheap.Score(ctx, req)
	j.Queue += waited
	return j, err
}

func (s *Scorer) answer(ctx context.Context, req *api.Request, documents []string) (Answer, error) {
	r, err := s.model.read(ctx, req.Query, documents, req.Truncation)
	if err != nil {
		return Answer{}, err
	}
	tokens := 0
	for _, p := range r.pairs {
		tokens += s.model.loaded.Length(p)
	}
	if b := req.Budget.Tokens; b > 0 && tokens > b {
		message := `pipeline "cross-encoder" trims nothing, and ` + strconv.Itoa(tokens) + " tokens exceed the budget of " + strconv.Itoa(b)
		return Answer{}, &api.Error{Code: api.OutOfRange, Field: "budget.tokens", Message: message}
	}
	return s.model.run(ctx, r)
}

// broken answers without a model that failed. What the caller can do something
// about, or what passes, is told instead.
func (s *Scorer) broken(req *api.Request, j rerank.Judgement, err error) (rerank.Judgement, error) {
	var fault *api.Error
	if errors.As(err, &fault) {
		return j, err
	}
	err = fmt.Errorf("asking model %q: %w", s.model.Name(), err)
	if req.Strict {
		return j, err
	}
	s.failed(err)
	return without(j, api.ReasonModel), nil
}

// foreign answers where the model cannot read the query, or no document.
func (s *Scorer) foreign(req *api.Request, j rerank.Judgement) (rerank.Judgement, error) {
	if !req.Strict {
		return without(j, api.ReasonLanguage), nil
	}
	fault := &api.Error{Code: api.UnknownLanguage, Field: "language", Message: "model " + strconv.Quote(s.model.Name()) + " was not trained on language " + strconv.Quote(j.Language)}
	if s.model.speaks(req.Language, j.Language) {
		fault.Field, fault.Message = "documents", "model "+strconv.Quote(s.model.Name())+" was not trained on the language of any document"
	}
	return j, fault
}

// without is the answer of the heuristics alone.
func without(j rerank.Judgement, reason string) rerank.Judgement {
	j.Degraded, j.Reason = true, reason
	return j
}

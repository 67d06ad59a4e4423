// Package exposure answers requests by experiments and notes what was shown. It
// stands before a re-ranker and decides nothing about how that works: an arm is the
// same request with another pipeline, model or budget.
package exposure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/ubi"
	"github.com/splitrank/splitrank/shared/api"
)

// Reranker answers a valid request: see httpapi.Reranker.
type Reranker interface {
	Rerank(ctx context.Context, req *api.Request) (*api.Response, error)
	Watch(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error)
}

// Config of an Exposer.
type Config struct {
	// Reranker answers. Required.
	Reranker Reranker
	// Experiments that run, the first one that a unit takes part in. None = answers
	// are noted and nothing else.
	Experiments []experiment.Experiment
	// Signer gives out the query ids. Required.
	Signer *ubi.Signer
	// Note takes what was shown and must not block. The record is made when it is
	// called for, once, on any goroutine; until then it takes size bytes. Required.
	Note func(size int, record func() *ubi.Query)
	// Words of queries that are noted. "" = ubi.Hashed.
	Words ubi.Words
	// Now is time.Now, but for tests.
	Now func() time.Time
}

// Exposer is a Reranker, whose answers have a query id. Close it after its last
// answer.
type Exposer struct {
	config  Config
	digests map[string]string // by the name of an experiment
	shadows *shadows
}

// New makes an Exposer. Every arm of every experiment is tried once, so that one that
// cannot answer, of a model that is not loaded, say, is an error now.
func New(ctx context.Context, c Config) (*Exposer, error) {
	if c.Reranker == nil || c.Signer == nil || c.Note == nil {
		return nil, errors.New("a re-ranker, a signer or a log is missing")
	}
	c.Words = cmp.Or(c.Words, ubi.Hashed)
	if c.Now == nil {
		c.Now = time.Now
	}
	x := &Exposer{config: c, digests: map[string]string{}}
	for _, e := range c.Experiments {
		x.digests[e.Name] = e.Digest()
		if err := x.try(ctx, e); err != nil {
			return nil, err
		}
	}
	x.shadows = newShadows(x)
	return x, nil
}

func (x *Exposer) try(ctx context.Context, e experiment.Experiment) error {
	probe := &api.Request{Query: "word", Documents: []api.Document{{Text: "a word"}}, Language: "en"}
	for i, arm := range e.Arms {
		if _, err := x.config.Reranker.Rerank(ctx, armed(probe, arm)); err != nil {
			return fmt.Errorf("trying arm %q (arms[%d]) of experiment %q: %w", arm.Name, i, e.Name, err)
		}
	}
	return nil
}

// armed is a request as an arm has it. What the arm leaves open the request says,
// but for bounds that the arm's pipeline would refuse.
func armed(req *api.Request, arm experiment.Arm) *api.Request {
	r := *req
	r.Pipeline = cmp.Or(api.Pipeline(arm.Pipeline), r.Pipeline)
	r.Model = cmp.Or(arm.Model, r.Model)
	r.Budget.Documents = cmp.Or(arm.Budget.Documents, r.Budget.Documents)
	r.Budget.Tokens = cmp.Or(arm.Budget.Tokens, r.Budget.Tokens)
	r.Budget.DeadlineMS = cmp.Or(arm.Budget.DeadlineMS, r.Budget.DeadlineMS)
	if arm.Pipeline == string(api.CrossEncoder) {
		r.Budget.Documents, r.Budget.Tokens = 0, 0
	}
	if arm.Budget.Documents+arm.Budget.Tokens > 0 && arm.Pipeline == "" && r.Pipeline == api.CrossEncoder {
		r.Pipeline = api.Cascade
	}
	return &r
}

// Rerank implements Reranker.
func (x *Exposer) Rerank(ctx context.Context, req *api.Request) (*api.Response, error) {
	return x.Watch(ctx, req, nil)
}

// Watch implements Reranker. Of an interleaved answer nothing is seen before the last:
// a better one after it would be another list than the one that is noted.
func (x *Exposer) Watch(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error) {
	came := x.config.Now()
	id := x.config.Signer.NewID(came)
	s := &showing{Exposer: x, req: req, id: id, came: came}
	e, arm := experiment.Choose(x.config.Experiments, func(u experiment.Unit) string { return unitOf(u, req, id) })
	if e == nil {
		return s.plain(ctx, seen)
	}
	s.exposure = &ubi.Exposure{Experiment: *e, Digest: x.digests[e.Name]}
	switch e.Mode {
	case experiment.Interleave:
		return s.interleave(ctx)
	case experiment.Shadow:
		return s.shadow(ctx, seen)
	}
	return s.split(ctx, seen, e.Arms[arm])
}

func unitOf(u experiment.Unit, req *api.Request, id string) string {
	if u == experiment.Request {
		return id
	}
	return req.ClientID
}

// Close ends the work on shadows.
func (x *Exposer) Close() { x.shadows.close() }

// Package gateway answers at the edge: it ranks by the heuristics where the
// caller is near, and lets a server behind it, the origin, refine what is worth
// refining while the deadline lasts. Whatever the origin does, there is an
// answer.
//
// It is a plain http.Handler that computes and asks. It sets no timers, starts
// no goroutines, and shares no lock or channel between requests: where it runs
// in WebAssembly all requests share one thread, and a request may only be woken
// by its own events. Time is Origin's business.
package gateway

import (
	"context"
	"errors"
	"net/http"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// Config of a Gateway. Its zero value answers everybody by the heuristics alone.
type Config struct {
	// Stemmers of the heuristics. They are part of the scorer's version.
	Stemmers []heuristics.Stemmer
	// Limits of a body.
	Limits api.Limits
	// AnswerBytes is the memory for the decoded requests in flight and their
	// answers: see wire.Budget. Default 32 MiB.
	AnswerBytes int
	// APIKeys that callers show as "Authorization: Bearer KEY" for everything
	// but /healthz, /readyz and /ping. None = open to everybody.
	APIKeys []string
	// TenantByKey keeps what Cache remembers for callers of one key from those
	// of another.
	TenantByKey bool
	// CORSOrigins are the web origins whose pages may call. None = no pages.
	CORSOrigins []string
	// Origin refines answers. nil = there is none.
	Origin Origin
	// Keep is the most documents of a cascade that the origin is asked about,
	// where the caller's budget says nothing tighter. 0 = what the words tell apart.
	Keep int
	// Aliases are names of other services' models that requests may give where
	// there is no Origin, which has aliases of its own.
	Aliases api.Aliases
	// Cache remembers what the origin said. nil = nothing does.
	Cache Cache
	// CacheVersion is part of every key of Cache: a new one forgets the old.
	CacheVersion string
	// Limiter bounds what one client may ask. nil = nothing does.
	Limiter Limiter
	// Failed is called with the reason why the origin did not answer, where the
	// heuristics answered in its place, and with what was recovered from. It may
	// be nil. The error holds no text of the caller's.
	Failed func(ctx context.Context, err error)
}

// Gateway is the edge's HTTP face. Make one with New.
type Gateway struct {
	config  Config
	keys    wire.Keys
	memory  *wire.Budget
	planner *answer.Planner
	handler http.Handler
}

// New makes a Gateway, or says what is wrong with c.
func New(c Config) (*Gateway, error) {
	keys, err := wire.NewKeys(c.APIKeys)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(wire.CheckOrigins(c.CORSOrigins), c.Limits.Validate()); err != nil {
		return nil, err
	}
	if c.AnswerBytes < 0 {
		return nil, errors.New("the memory for answers is negative")
	}
	if c.Keep < 0 {
		return nil, errors.New("the number of documents for the origin is negative")
	}
	if c.Failed == nil {
		c.Failed = func(context.Context, error) {}
	}
	c.Limits = c.Limits.WithDefaults()
	g := &Gateway{config: c, keys: keys, memory: newMemory(c.AnswerBytes), planner: answer.NewPlanner(c.Stemmers)}
	g.handler = g.identified(g.recovered(wire.CORS(c.CORSOrigins)(http.HandlerFunc(g.route))))
	return g, nil
}

// Scorer names the heuristics and their stemmers: equal names give equal scores.
func (g *Gateway) Scorer() string { return g.planner.Version() }

// ServeHTTP implements http.Handler.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.handler.ServeHTTP(w, r) }

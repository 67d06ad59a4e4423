package llm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/api"
)

// Config of a Judge. Its zero fields are the defaults.
type Config struct {
	Client Client
	// Model that answers call it by, and whose price counts.
	Model string
	// Protocol that the endpoint speaks, for traces; "" = it is not said.
	Protocol string
	// Identity of all else that grades depend on, such as effort.
	Identity string
	// Likelihoods says that the endpoint may return likelihoods of tokens.
	Likelihoods bool
	// Timeout of the llm's whole part of a request. 0 = DefaultTimeout.
	Timeout time.Duration
	// Concurrency is the number of calls at once. 0 = DefaultConcurrency.
	Concurrency int
	// Prices; without any they are ListPrices.
	Prices *Prices
	// PerRequest and PerDay bound the cost in dollars; 0 = no bound. A bound
	// needs the model's price. No call is sent that is expected to pass one.
	PerRequest, PerDay float64
	// Ledger that servers share for PerDay; nil = none.
	Ledger Ledger
	// Options of requests that name none.
	Options Options
	// Trust in the grader from 0 to 1; nil = found by an examination.
	Trust *float64
	// CacheEntries is the number of requests whose grades are remembered, for
	// CacheTTL. 0 = DefaultCacheEntries, less = none.
	CacheEntries int
	CacheTTL     time.Duration
	// Shared level of that; nil = none.
	Shared Shared
	// Changed is called when the endpoint is left alone, and when it is not any
	// more. It may be nil.
	Changed func(open bool)
	// Hooks are told of calls and requests.
	Hooks Hooks

	now func() time.Time
}

// Defaults of Config.
const (
	DefaultTimeout      = 20 * time.Second
	DefaultConcurrency  = 5
	DefaultCacheEntries = 2000
	DefaultCacheTTL     = time.Hour
)

// textBytes of a document, title included, that a prompt shows at most.
const textBytes = 4000

// Judge implements rerank.Judge. It is safe for concurrent use.
type Judge struct {
	config   Config
	price    *Price // nil = not known
	prices   Prices
	calls    *semaphore.Weighted
	guard    *guard
	purse    *purse
	estimate estimator
	cache    *gradeCache
	exam     exam
}

// New makes a Judge. It asks nothing yet.
func New(c Config) (*Judge, error) {
	c.Timeout, c.Concurrency = cmp.Or(c.Timeout, DefaultTimeout), cmp.Or(c.Concurrency, DefaultConcurrency)
	c.CacheEntries, c.CacheTTL = cmp.Or(c.CacheEntries, DefaultCacheEntries), cmp.Or(c.CacheTTL, DefaultCacheTTL)
	if c.now == nil {
		c.now = time.Now
	}
	if c.Client == nil || c.Model == "" {
		return nil, errors.New("an llm without a client or a model")
	}
	if c.Timeout < 0 || c.Concurrency < 1 {
		return nil, errors.New("a time or a number of the llm is negative")
	}
	if !isBound(c.PerRequest) || !isBound(c.PerDay) {
		return nil, fmt.Errorf("bounds of the llm's cost of %g and %g dollars: want numbers from 0 on, where 0 is no bound", c.PerRequest, c.PerDay)
	}
	if c.Trust != nil && !(*c.Trust >= 0 && *c.Trust <= 1) {
		return nil, fmt.Errorf("trust in the llm of %g: want 0 to 1", *c.Trust)
	}
	j := &Judge{config: c, calls: semaphore.NewWeighted(int64(c.Concurrency)), guard: newGuard(c.Changed)}
	if err := j.setPrice(); err != nil {
		return nil, err
	}
	if _, err := c.Options.valid(c.Likelihoods); err != nil {
		return nil, err
	}
	j.purse = &purse{perDay: c.PerDay, shared: c.Ledger, now: c.now}
	var err error
	j.cache, err = newGradeCache(c.CacheEntries, c.CacheTTL, c.Shared)
	return j, err
}

// isBound of a cost: one that is no number would bound nothing.
func isBound(dollars float64) bool { return dollars >= 0 && !math.IsInf(dollars, 1) }

func (j *Judge) setPrice() error {
	j.prices = ListPrices()
	if j.config.Prices != nil {
		j.prices = *j.config.Prices
	}
	if p, ok := j.prices.Models[j.config.Model]; ok {
		j.price = &p
	}
	if j.price == nil && (j.config.PerRequest > 0 || j.config.PerDay > 0) {
		return fmt.Errorf("the price of model %q is not known, so its cost cannot be bounded: name it in a price list", j.config.Model)
	}
	return nil
}

// Model that answers call it by.
func (j *Judge) Model() string { return j.config.Model }

// PriceKnown reports whether costs can be said.
func (j *Judge) PriceKnown() bool { return j.price != nil }

// Check implements rerank.Judge.
func (j *Judge) Check(req *api.Request) error {
	_, err := j.options(req)
	return err
}

// Judge implements rerank.Judge.
func (j *Judge) Judge(ctx context.Context, req *api.Request, results []api.Result) rerank.Verdict {
	o, err := j.options(req)
	if err != nil {
		return rerank.Verdict{Err: err, Reason: api.ReasonModel}
	}
	results = results[:min(o.TopN, len(results))]
	if len(results) == 0 || o.When == Unsure && !unsure(results) {
		return j.told(rerank.Verdict{Usage: j.usage(nil)}, 0, OutcomeSure)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, j.config.Timeout, errTimeout)
	defer cancel()
	return j.judge(ctx, req, o, results)
}

// errTimeout ends the llm's part of a request.
var errTimeout = errors.New("the time for the llm passed")

// session about these results of a request.
func (j *Judge) session(req *api.Request, o Options, results []api.Result) *session {
	return &session{judge: j, req: req, options: o, results: results, docs: showing(req, results, textBytes), foresight: j.estimate.now()}
}

// judge the documents, or tell what is remembered of them.
func (j *Judge) judge(ctx context.Context, req *api.Request, o Options, results []api.Result) rerank.Verdict {
	s := j.session(req, o, results)
	s.bill = j.newBill(ctx, j.config.PerRequest)
	if j.cache == nil || req.NoCache {
		return s.verdict(ctx)
	}
	key := j.keyOf(req, o, s.docs)
	known, ok, f := j.cache.claim(ctx, key, len(results))
	switch {
	case f != nil:
		return j.told(rerank.Verdict{Usage: j.usage(nil), Reason: f.Reason(), Err: f}, len(results), "")
	case ok:
		return j.told(rerank.Verdict{Grades: known.of(results), Trust: known.trust, Usage: j.usage(nil)}, len(results), OutcomeCached)
	}
	return s.claimed(ctx, key)
}

// claimed is the verdict of a request that others may wait for.
func (s *session) claimed(ctx context.Context, key promptKey) (v rerank.Verdict) {
	done := false
	defer func() {
		if !done {
			s.judge.cache.flights.GiveUp(key)
		}
	}()
	if v = s.verdict(ctx); v.Err == nil {
		s.judge.cache.put(key, remember(s.results, v.Grades, v.Trust))
		done = true
	}
	return v
}

// verdict of the llm. Where a document has no grade it says why.
func (s *session) verdict(ctx context.Context) rerank.Verdict {
	j, n := s.judge, len(s.results)
	if f := s.reserve(ctx); f != nil {
		return j.told(rerank.Verdict{Usage: j.usage(s.bill), Reason: f.Reason(), Err: f}, n, "")
	}
	defer s.bill.close()
	grades, trust := s.grades(ctx)
	v := rerank.Verdict{Grades: grades, Trust: trust, Usage: j.usage(s.bill)}
	f := s.fault()
	switch {
	case f == nil && len(grades) == n:
		return j.told(v, n, OutcomeGraded)
	case f == nil && ctx.Err() != nil:
		f = s.untimely()
	case f == nil:
		f = &Fault{Kind: Malformed}
	}
	v.Reason, v.Err = f.Reason(), f
	return j.told(v, n, "")
}

// usage by a bill, nil = none was needed.
func (j *Judge) usage(b *bill) api.LLMUsage {
	var u api.LLMUsage
	cost := 0.0
	if b != nil {
		u, cost = b.usage()
	}
	u.Model = j.config.Model
	if j.price != nil {
		u.CostUSD, u.PricesOf = &cost, j.prices.Of
	}
	return u
}

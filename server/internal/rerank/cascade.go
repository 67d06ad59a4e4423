package rerank

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/pipeline"
)

// cascade is a Scorer made of two: the heuristics see every document, a model
// those worth its time, and what it says goes on top. Whatever happens to the
// model, there is an answer, unless the request is strict.
type cascade struct {
	engine *Engine
	model  PairModel
	tuning Tuning
	// all documents are worth it: pipeline api.CrossEncoder.
	all bool
}

// errDeadline ends the model's part of a request that is not strict.
var errDeadline = errors.New("the deadline passed")

// Score implements Scorer.
func (c cascade) Score(ctx context.Context, req *api.Request) (Judgement, error) {
	return c.Watch(ctx, req, nil)
}

// Watch implements Watcher.
func (c cascade) Watch(ctx context.Context, req *api.Request, seen func(Judgement)) (Judgement, error) {
	p := &pass{cascade: c, req: req, seen: seen, deadline: deadlineOf(req, time.Now())}
	if err := c.check(req); err != nil {
		return Judgement{}, err
	}
	if err := p.trim(ctx); err != nil {
		return Judgement{}, err
	}
	p.show()
	if !c.model.Speaks(p.cheap.Language, req.LanguageNamed()) {
		return p.degraded(api.ReasonLanguage, p.untrained("language", "language "+strconv.Quote(p.cheap.Language)))
	}
	if !p.readsQuery() {
		return p.degraded(api.ReasonLanguage, p.untrained("query", "the script of every word of the query"))
	}
	if p.leaveUnreadable(); p.unread > 0 && len(p.kept) == 0 {
		return p.degraded(api.ReasonLanguage, p.untrained("documents", "the language of any document"))
	}
	inTime, cancel := p.withDeadline(ctx)
	defer cancel()
	return p.outcome(ctx, p.score(inTime))
}

// check refuses what would have to be ignored.
func (c cascade) check(req *api.Request) error {
	if b := req.Budget.Documents; c.all && b > 0 && b < len(req.Documents) {
		return trimsNothing("documents", len(req.Documents), b)
	}
	return nil
}

func trimsNothing(what string, n, budget int) error {
	message := fmt.Sprintf(`pipeline "cross-encoder" trims nothing, and %d %s exceed the budget of %d`, n, what, budget)
	return &api.Error{Code: api.OutOfRange, Field: "budget." + what, Message: message}
}

// deadlineOf a request that came at a time; zero = none. A strict one is not
// planned for: it has everything scored or fails, and the Engine ends it.
func deadlineOf(req *api.Request, came time.Time) time.Time {
	if req.Strict || req.Budget.DeadlineMS == 0 {
		return time.Time{}
	}
	return came.Add(time.Duration(req.Budget.DeadlineMS) * time.Millisecond)
}

// pass is one request on its way through a cascade.
type pass struct {
	cascade
	req      *api.Request
	seen     func(Judgement)
	deadline time.Time
	cheap    Judgement    // of the heuristics
	kept     []int        // documents worth a score, the best first
	waiting  map[int]bool // of these, those that the budget has room for
	diverse  *pipeline.Diversity
	pairs    Pairs
	tokens   []int        // of each document's pair, once it is read
	scores   []*PairScore // of each document, once it is scored
	known    int          // documents whose score was known beforehand
	asked    int          // documents that the model was asked about
	unread   int          // documents worth a score that the model cannot read
	spent    Spent
}

func (p *pass) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if p.deadline.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, p.deadline, errDeadline)
}

// trim asks the heuristics, within a worker's turn.
func (p *pass) trim(ctx context.Context) error {
	came := time.Now()
	if err := p.engine.enter(ctx); err != nil {
		return err
	}
	defer p.engine.leave()
	waited := time.Since(came)
	t, err := p.keep(ctx)
	if err != nil {
		return err
	}
	t.Queue = waited
	p.cheap, p.kept, p.diverse = t.Judgement, t.kept, t.diversity
	p.scores = make([]*PairScore, len(p.req.Documents))
	p.tokens = make([]int, len(p.req.Documents))
	return nil
}

func (p *pass) keep(ctx context.Context) (trimmed, error) {
	if p.all {
		return p.engine.config.Heuristic.keepAll(ctx, p.req)
	}
	return p.engine.config.Heuristic.trim(ctx, p.req, p.tuning.Rule)
}

// readsQuery reports whether the model can read each word of the query: a Hebrew
// question stays one however long the English name in it. A caller who names
// the language knows better.
func (p *pass) readsQuery() bool {
	if p.req.LanguageNamed() {
		return true
	}
	for word := range strings.FieldsSeq(p.req.Query) {
		if !p.model.Reads(word) {
			return false
		}
	}
	return true
}

// leaveUnreadable leaves documents to the heuristics that the model cannot read.
func (p *pass) leaveUnreadable() {
	all := len(p.kept)
	p.kept = slices.DeleteFunc(p.kept, func(d int) bool { return !p.model.Reads(p.req.Documents[d].Text) })
	p.unread = all - len(p.kept)
	p.await(p.kept)
}

// await scores of these documents.
func (p *pass) await(docs []int) {
	p.waiting = make(map[int]bool, len(docs))
	for _, d := range docs {
		p.waiting[d] = true
	}
}

// score asks the model about what was kept and is not known yet, wave by wave.
func (p *pass) score(ctx context.Context) error {
	p.pairs = p.model.Open(p.req)
	known := p.pairs.Known(ctx)
	p.known = len(known)
	p.take(known)
	docs, err := p.read(ctx, p.unscored(p.kept))
	if err != nil {
		return err
	}
	p.await(docs)
	for len(docs) > 0 {
		n := p.wave(docs)
		if n == 0 {
			return errDeadline
		}
		p.asked += n
		spent, err := p.pairs.Score(ctx, docs[:n], p.take)
		p.spent.Queue += spent.Queue
		p.spent.Inference += spent.Inference
		if err != nil {
			return err
		}
		docs = docs[n:]
	}
	return nil
}

// take notes scores and shows what is known by now.
func (p *pass) take(list []PairScore) {
	for _, s := range list {
		p.scores[s.Document] = &s
	}
	if len(list) > 0 {
		p.show()
	}
}

// show what is known by now, if anybody watches.
func (p *pass) show() {
	if p.seen != nil {
		p.seen(p.judgement())
	}
}

// unscored of a list of documents.
func (p *pass) unscored(docs []int) []int {
	var left []int
	for _, d := range docs {
		if p.scores[d] == nil {
			left = append(left, d)
		}
	}
	return left
}

// read documents, and leaves out what the budget of tokens does not hold: the
// best that fit, in their order.
func (p *pass) read(ctx context.Context, docs []int) ([]int, error) {
	lengths, err := p.pairs.Read(ctx, docs)
	if err != nil {
		return nil, err
	}
	if sum := total(lengths); p.all && p.req.Budget.Tokens > 0 && sum > p.req.Budget.Tokens {
		return nil, trimsNothing("tokens", sum, p.req.Budget.Tokens)
	}
	left, room := docs[:0:0], p.req.Budget.Tokens
	for i, d := range docs {
		p.tokens[d] = lengths[i]
		if p.req.Budget.Tokens == 0 || lengths[i] <= room {
			left = append(left, d)
			room -= lengths[i]
		}
	}
	return left, nil
}

func total(list []int) (sum int) {
	for _, n := range list {
		sum += n
	}
	return sum
}

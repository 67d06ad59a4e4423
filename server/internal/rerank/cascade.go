package rerank

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// cascade is a request that a model takes part in: the heuristics have seen every
// document, the model scores those that are worth its time, and Merge puts its
// scores on top. Whatever happens to the model, there is an answer, unless the
// request is strict. Nothing in it changes. See RATIONALE: why-cross-encoder-is-a-cascade.
type cascade struct {
	planned
	model  Served
	failed func(error)
	// seen is called with every answer on the way; nil = nobody watches.
	seen func(*api.Response)
	// earlier is what an earlier model has scored; nil = there is none. Its scores are
	// in the plan.
	earlier *scored
}

// scored is how far a model came.
type scored struct {
	model   PairModel       // nil = it was not asked
	pairs   Pairs           // of the model
	scores  []*answer.Score // by document; nil = none yet
	unread  []bool          // by document: kept, and the model cannot read it
	waiting []bool          // by document: a score may still come
	tokens  []int           // by document: of its pair, once that is tokenized
	known   int             // documents whose score was known beforehand
	asked   int             // documents that the model was asked about
	spent   int             // tokens of those
	timing  Timing
}

// errDeadline ends the model's part of a request that is not strict.
var errDeadline = errors.New("the deadline passed")

// run has four phases: show what the heuristics say, leave out what the model
// cannot read, score what is left, and answer.
func (c cascade) run(ctx context.Context) (*api.Response, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c.show(scored{})
	docs, err := c.readable()
	if err != nil {
		return c.degraded(ctx, scored{}, api.ReasonLanguage, err)
	}
	deadline := deadlineOf(c.req, c.came)
	inTime, cancel := withDeadline(ctx, deadline)
	defer cancel()
	s, err := c.score(inTime, docs, deadline)
	if err != nil {
		return c.outcome(ctx, s, err)
	}
	return c.final(ctx, s, false, reasonOf(c.unread(docs)))
}

// check refuses what would have to be ignored. See RATIONALE: why-cross-encoder-refuses-a-budget.
func (c cascade) check() error {
	if b := c.req.Budget.Documents; c.pipeline == api.CrossEncoder && b > 0 && b < len(c.req.Documents) {
		return trimsNothing("documents", len(c.req.Documents), b)
	}
	return nil
}

func trimsNothing(what string, n, budget int) error {
	message := fmt.Sprintf(`pipeline "cross-encoder" trims nothing, and %d %s exceed the budget of %d`, n, what, budget)
	return &api.Error{Code: api.OutOfRange, Field: "budget." + what, Message: message}
}

// deadlineOf a request that came at a time; zero = none. A strict one is not
// planned for: it has everything scored or fails, and the Engine ends it.
// See RATIONALE: why-a-strict-request-has-no-plan.
func deadlineOf(req *api.Request, came time.Time) time.Time {
	if req.Strict || req.Budget.DeadlineMS == 0 {
		return time.Time{}
	}
	return came.Add(time.Duration(req.Budget.DeadlineMS) * time.Millisecond)
}

func withDeadline(ctx context.Context, deadline time.Time) (context.Context, context.CancelFunc) {
	if deadline.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, deadline, errDeadline)
}

// readable are the kept documents that the model can read, in their order. The
// error is for a strict caller, where the model cannot take part at all.
// See RATIONALE: why-unreadable-documents-have-the-lowest-logit.
func (c cascade) readable() ([]int, error) {
	m := c.model.Model
	switch {
	case !m.SupportsLanguage(c.Language, c.req.LanguageNamed()):
		return nil, c.untrained("language", "language "+strconv.Quote(c.Language))
	case !c.readsQuery():
		return nil, c.untrained("query", "the script of every word of the query")
	}
	docs := slices.DeleteFunc(slices.Clone(c.Kept), func(d int) bool { return !c.reads(m, d) })
	if len(docs) == 0 && len(c.Kept) > 0 {
		return nil, c.untrained("documents", "the language of any document")
	}
	return docs, nil
}

// readsQuery reports whether the model can read each word of the query: a Hebrew
// question stays one however long the English name in it. A caller who names
// the language knows better.
func (c cascade) readsQuery() bool {
	if c.req.LanguageNamed() {
		return true
	}
	for word := range strings.FieldsSeq(c.req.Query) {
		if !c.model.Model.SupportsScript(word) {
			return false
		}
	}
	return true
}

// unread are the kept documents without those that the model can read.
func (c cascade) unread(docs []int) []int {
	read := setOf(docs, len(c.req.Documents))
	return slices.DeleteFunc(slices.Clone(c.Kept), func(d int) bool { return read[d] })
}

// reasonOf an answer in which a model could not read those that were kept; "" = it could.
func reasonOf(unread []int) string {
	if len(unread) > 0 {
		return api.ReasonLanguage
	}
	return ""
}

func (c cascade) untrained(field, on string) error {
	return &api.Error{Code: api.UnknownLanguage, Field: field, Message: "model " + strconv.Quote(c.model.Model.Name()) + " was not trained on " + on}
}

// show what is known by now, if anybody watches.
func (c cascade) show(s scored) {
	if c.seen == nil {
		return
	}
	if r, err := c.response(s); err == nil { // what is wrong with it fails the last one, too
		c.seen(r)
	}
}

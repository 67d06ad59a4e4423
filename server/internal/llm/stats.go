package llm

import (
	"errors"
	"time"

	"github.com/splitrank/splitrank/server/internal/rerank"
)

// Hooks are told how it goes, on the caller's time. Each may be nil.
type Hooks struct {
	// Called is told of each call that was sent, those of the examination included.
	Called func(CallStats)
	// Judged is told of each request.
	Judged func(RequestStats)
}

// CallStats is one call.
type CallStats struct {
	// Outcome is OutcomeOK, or what Kind.Outcome says.
	Outcome string
	Took    time.Duration
	Tokens  Tokens
	// Cost in dollars; nil = not known.
	Cost *float64
}

// OutcomeOK of a call that brought an answer, whatever that says.
const OutcomeOK = "ok"

// outcomes of calls that were sent.
var outcomes = map[Kind]string{
	Overloaded: "overloaded", Broken: "failed", Unreachable: "unreachable", Late: "late", Refused: "refused", Cut: "cut",
	Malformed: "malformed", Oversized: "oversized", Unauthorized: "unauthorized", Rejected: "rejected",
}

// Outcomes of calls.
func Outcomes() []string {
	list := []string{OutcomeOK}
	for _, name := range outcomes {
		list = append(list, name)
	}
	return list
}

// Outcome is one word for a call that failed so.
func (k Kind) Outcome() string {
	if name, ok := outcomes[k]; ok {
		return name
	}
	return outcomes[Unreachable]
}

// RequestStats is one request.
type RequestStats struct {
	// Outcome is one of the constants below, or the reason why nothing was graded:
	// budget, overload, deadline or model.
	Outcome string
	// Documents that have a grade, and those that were to have one.
	Graded, Unscored int
}

// Outcomes of requests.
const (
	OutcomeGraded     = "graded"     // all that were to be
	OutcomeIncomplete = "incomplete" // some of them
	OutcomeCached     = "cached"     // remembered
	OutcomeSure       = "sure"       // not asked: the cascade was sure, or there was no document
)

// told of a verdict about so many documents.
func (j *Judge) told(v rerank.Verdict, documents int, outcome string) rerank.Verdict {
	if j.config.Hooks.Judged == nil {
		return v
	}
	s := RequestStats{Outcome: outcome, Graded: len(v.Grades)}
	switch {
	case outcome == OutcomeSure:
	case outcome == "" && len(v.Grades) > 0:
		s.Outcome, s.Unscored = OutcomeIncomplete, documents-len(v.Grades)
	case outcome == "":
		s.Outcome, s.Unscored = v.Reason, documents
	}
	j.config.Hooks.Judged(s)
	return v
}

// toldCall of a call that took these tokens.
func (j *Judge) toldCall(took time.Duration, tokens Tokens, err error) {
	if j.config.Hooks.Called == nil {
		return
	}
	c := CallStats{Outcome: OutcomeOK, Took: took, Tokens: tokens}
	var f *Fault
	if errors.As(err, &f) {
		c.Outcome = f.Kind.Outcome()
	}
	if j.price != nil {
		cost := j.price.of(tokens)
		c.Cost = &cost
	}
	j.config.Hooks.Called(c)
}

// Stats of a Judge at one moment.
type Stats struct {
	// Away says that the endpoint is left alone for now.
	Away bool
	// Spent today in dollars, by all servers as far as known, reservations included,
	// and the bound for it; 0 = none.
	Spent, PerDay float64
	// Trust in the grader from 0 to 1; nil = not examined yet.
	Trust *float64
}

// Stats returns the state of now.
func (j *Judge) Stats() Stats {
	return Stats{Away: j.guard.away(), Spent: j.purse.today(), PerDay: j.config.PerDay, Trust: j.believed()}
}

// believed is the trust as far as it is known.
func (j *Judge) believed() *float64 {
	if j.config.Trust != nil {
		return j.config.Trust
	}
	j.exam.mu.Lock()
	defer j.exam.mu.Unlock()
	return j.exam.passed
}

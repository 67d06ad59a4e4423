package llm

import (
	"context"
	"math"
	"sync"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// exam finds out once how far a grader is to be believed: it grades documents
// whose grades are known. A grader at random is caught before it orders anything.
// See RATIONALE: why-a-grader-is-examined.
type exam struct {
	mu     sync.Mutex
	passed *float64
	going  *examination
	closed bool
}

// examination in progress. Its fields are there when done is closed.
type examination struct {
	done   chan struct{}
	cancel context.CancelFunc
	trust  float64
	usage  api.LLMUsage
	fault  *Fault
}

// From which correlation of its grades with the known ones a grader is believed
// at all, and wholly. At random 40 grades for four questions have one of 0 ± 0.17.
const (
	leastCorrelation = 0.4
	fullCorrelation  = 0.65
)

// result of the examination. The first to ask starts it, and it goes on when that one is
// answered: no request pays for it, or has to last as long. A fault says that it could
// not be held: the next request tries again.
func (e *exam) result(ctx context.Context, j *Judge) (trust float64, usage api.LLMUsage, f *Fault) {
	e.mu.Lock()
	if e.passed != nil {
		defer e.mu.Unlock()
		return *e.passed, j.usage(nil), nil
	}
	if e.going == nil {
		e.start(ctx, j)
	}
	going := e.going
	e.mu.Unlock()
	if _, over := received(ctx, going.done); !over {
		return 0, j.usage(nil), &Fault{Kind: Late}
	}
	return going.trust, going.usage, going.fault
}

// start an examination, with what ctx knows, but for when that ends.
func (e *exam) start(ctx context.Context, j *Judge) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), j.config.Timeout)
	x := &examination{done: make(chan struct{}), cancel: cancel}
	if e.going = x; e.closed {
		cancel()
	}
	go func() {
		defer cancel()
		x.trust, x.usage, x.fault = j.examination(ctx)
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.going = nil; x.fault == nil {
			e.passed = &x.trust
		}
		close(x.done)
	}()
}

// stop the examination in progress.
func (e *exam) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed = true; e.going != nil {
		e.going.cancel()
	}
}

// examination is a piece of work of its own, all questions at once, for which the day
// pays.
func (j *Judge) examination(ctx context.Context) (float64, api.LLMUsage, *Fault) {
	b := j.newBill(ctx, 0)
	defer b.close()
	asked, cost := j.examParts(b)
	if !b.reserve(ctx, cost) {
		return 0, j.usage(b), &Fault{Kind: OverBudget}
	}
	trust, f := trustIn(gathered(ctx, asked, func(p examPart) []examPart { return []examPart{p.answered(ctx)} }))
	return trust, j.usage(b), f
}

// examPart is one question and what came of it.
type examPart struct {
	examQuestion
	*session
	correlation float64
	fault       *Fault
}

// examParts are all questions, for one bill, and what they are expected to cost.
func (j *Judge) examParts(b *bill) (list []examPart, dollars float64) {
	for _, q := range examQuestions {
		s := &session{judge: j, req: q.request(), bill: b, foresight: j.estimate.now()}
		s.docs = shuffled(s.req, q.shown(), 0)
		c := gradeCall(s.req.Query, s.docs, false)
		list, dollars = append(list, examPart{examQuestion: q, session: s}), dollars+j.priced(s.foresight.call(c.prompt, c.output)).cost
	}
	return list, dollars
}

// answered part.
func (p examPart) answered(ctx context.Context) examPart {
	grades := p.repair(ctx, p.grade(ctx, p.req.Query, p.docs, false))
	if p.fault = p.session.fault(); p.fault == nil && ctx.Err() != nil {
		p.fault = p.untimely()
	}
	p.correlation = p.agreement(grades)
	return p
}

// trustIn a grader by all of its answers.
func trustIn(list []examPart) (float64, *Fault) {
	if len(list) < len(examQuestions) {
		return 0, &Fault{Kind: Late}
	}
	sum := 0.0
	for _, q := range list {
		if q.fault != nil {
			return 0, q.fault
		}
		sum += q.correlation
	}
	return min(max((sum/float64(len(list))-leastCorrelation)/(fullCorrelation-leastCorrelation), 0), 1), nil
}

// Examine the grader now, unless that is done, and return how far it is believed
// from 0 to 1 and what that took.
func (j *Judge) Examine(ctx context.Context) (float64, api.LLMUsage, error) {
	if known := j.believed(); known != nil {
		return *known, j.usage(nil), nil
	}
	trust, usage, f := j.exam.result(ctx, j)
	if f != nil {
		return 0, usage, f
	}
	return trust, usage, nil
}

// agreement of grades with the known ones: Pearson's correlation.
func (q examQuestion) agreement(grades []answer.Grade) float64 {
	var x, y []float64
	for _, g := range grades {
		x, y = append(x, g.Grade), append(y, q.documents[g.Document].grade)
	}
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}

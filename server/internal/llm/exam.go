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
	going  chan struct{} // closed when the examination in progress is over
	fault  *Fault
}

// From which correlation of its grades with the known ones a grader is believed
// at all, and wholly. At random 20 grades for two questions have one of 0 ± 0.24.
const (
	leastCorrelation = 0.5
	fullCorrelation  = 0.8
)

// result of the examination; the first to ask pays for it. A fault says that it
// could not be held: the next request tries again.
func (e *exam) result(ctx context.Context, s *session) (float64, *Fault) {
	e.mu.Lock()
	if e.passed != nil {
		defer e.mu.Unlock()
		return *e.passed, nil
	}
	if e.going != nil {
		going := e.going
		e.mu.Unlock()
		return e.wait(ctx, going)
	}
	e.going = make(chan struct{})
	e.mu.Unlock()
	trust, f := s.examine(ctx)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fault = f; f == nil {
		e.passed = &trust
	}
	close(e.going)
	e.going = nil
	return trust, f
}

func (e *exam) wait(ctx context.Context, going chan struct{}) (float64, *Fault) {
	select {
	case <-ctx.Done():
		return 0, &Fault{Kind: Late}
	case <-going:
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.passed == nil {
		return 0, e.fault
	}
	return *e.passed, nil
}

// examine asks both questions at once.
func (s *session) examine(ctx context.Context) (float64, *Fault) {
	type part struct {
		correlation float64
		fault       *Fault
	}
	parts := gathered(ctx, examQuestions, func(q examQuestion) []part {
		own := &session{judge: s.judge, req: q.request(), options: s.options, bill: s.bill.part()}
		docs := shuffled(own.req, q.shown(), 0)
		grades := own.repairExam(ctx, docs)
		f := own.fault()
		if f == nil && ctx.Err() != nil {
			f = own.untimely()
		}
		if f != nil {
			return []part{{fault: f}}
		}
		return []part{{correlation: q.correlation(grades)}}
	})
	if len(parts) < len(examQuestions) {
		return 0, &Fault{Kind: Late}
	}
	sum := 0.0
	for _, p := range parts {
		if p.fault != nil {
			return 0, p.fault
		}
		sum += p.correlation
	}
	return min(max((sum/float64(len(parts))-leastCorrelation)/(fullCorrelation-leastCorrelation), 0), 1), nil
}

func (s *session) repairExam(ctx context.Context, docs []shown) []answer.Grade {
	s.docs = docs
	return s.repair(ctx, s.grade(ctx, s.req.Query, docs, false))
}

// Examine the grader now, unless that is done, and return how far it is believed
// from 0 to 1 and what that took.
func (j *Judge) Examine(ctx context.Context) (float64, api.LLMUsage, error) {
	ctx, cancel := context.WithTimeout(ctx, j.config.Timeout)
	defer cancel()
	s := &session{judge: j, options: j.config.Options, bill: newBill(ctx)}
	s.bill.deposit, _ = j.purse.reserve(ctx, 0)
	defer s.bill.close(j)
	t := <-s.examined(ctx) // which ends with ctx
	if t.fault != nil {
		return 0, j.usage(s), t.fault
	}
	return t.trust, j.usage(s), nil
}

// correlation (Pearson) of grades with the known ones.
func (q examQuestion) correlation(grades []answer.Grade) float64 {
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

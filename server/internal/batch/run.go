package batch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// dispatch starts what can start. The caller holds the lock, and calls it after
// every change.
func (q *Queue[P, R]) dispatch() {
	if q.hold != nil && (q.closed || q.full() || len(q.jobs) == 0) {
		q.hold.Stop()
		q.hold = nil
	}
	for q.running < q.options.Workers {
		b := q.next()
		if b == nil {
			break
		}
		go q.run(b)
	}
	if q.closed && q.running == 0 && len(q.jobs) == 0 {
		q.closeEmpty()
	}
}

// next is a batch for one more worker, nil if there is none to run now.
func (q *Queue[P, R]) next() *batch[P, R] {
	q.prune()
	if q.hold != nil || len(q.jobs) == 0 {
		return nil
	}
	b := q.pack()
	q.running++
	return b
}

// prune drops the jobs that are cancelled or expired and whose goroutine has
// not come to say so.
func (q *Queue[P, R]) prune() {
	for _, j := range slices.Clone(q.jobs) {
		if j.ctx.Err() != nil {
			q.drop(j)
		}
	}
}

func (q *Queue[P, R]) closeEmpty() {
	select {
	case <-q.empty:
	default:
		close(q.empty)
	}
}

// full reports whether a batch would be.
func (q *Queue[P, R]) full() bool { return q.waiting >= q.options.MaxTokens }

// run runs a batch, and then one after the other while there are any: the
// model meets the same thread, with its memory warm.
func (q *Queue[P, R]) run(b *batch[P, R]) {
	for b != nil {
		for todo := []*batch[P, R]{b}; len(todo) > 0; todo = todo[1:] {
			todo = append(todo, q.runOne(todo[0])...)
		}
		b = q.following()
	}
}

// following is what a worker does after its batch, nil to rest.
func (q *Queue[P, R]) following() *batch[P, R] {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running--
	q.fill()
	b := q.next()
	q.dispatch()
	return b
}

// fill holds the next batch back for a moment if it is not full and others
// seem to be about.
func (q *Queue[P, R]) fill() {
	if q.shared && q.hold == nil && len(q.jobs) > 0 && !q.full() && q.options.Wait > 0 {
		q.hold = time.AfterFunc(q.options.Wait, q.release)
	}
	q.shared = false
}

func (q *Queue[P, R]) release() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.hold = nil
	q.dispatch()
}

// runOne runs one batch and hands out its scores. A batch of several requests
// that failed as a whole comes back in parts, one for each: the fault of one
// is not the others'. See RATIONALE: why-a-failed-batch-runs-in-parts.
func (q *Queue[P, R]) runOne(b *batch[P, R]) []*batch[P, R] {
	defer b.cancel()
	start := time.Now()
	r, traces := q.begin(b, start)
	ctx := traces.start(b.ctx, r, start)
	var scores []R
	scores, r.Err = q.score(ctx, b)
	r.Took = time.Since(start)
	traces.end(r.Err)
	q.options.Hooks.Ran(r) // before anybody has an answer, so that what was answered was counted
	return q.finish(b, scores, r)
}

// begin notes the start of a batch.
func (q *Queue[P, R]) begin(b *batch[P, R], now time.Time) (Run, *traces) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := Run{Pairs: len(b.pairs), Requests: len(b.jobs), Tokens: b.tokens(), Padded: b.padded()}
	t := &traces{}
	for _, j := range b.jobs {
		t.add(j.ctx, j.came, j.began.IsZero())
		if j.began.IsZero() {
			j.began = now
		}
		r.Waited = max(r.Waited, now.Sub(j.came))
	}
	r.Trace = t.run.TraceID()
	return r, t
}

// score asks the model. A panic there is an error here: it would end the
// process, and with it the requests that have no part in it.
func (q *Queue[P, R]) score(ctx context.Context, b *batch[P, R]) (scores []R, err error) {
	defer func() {
		if p := recover(); p != nil {
			scores, err = nil, fmt.Errorf("the model panicked: %v", p)
		}
	}()
	scores, err = q.runner.Score(ctx, b.pairs)
	if len(scores) != len(b.pairs) && err == nil {
		err = fmt.Errorf("the model gave %d scores for %d pairs", len(scores), len(b.pairs))
	}
	return scores, err
}

// finish hands out the scores of a batch.
func (q *Queue[P, R]) finish(b *batch[P, R], scores []R, r Run) []*batch[P, R] {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, j := range b.jobs {
		j.running = slices.DeleteFunc(j.running, func(other *batch[P, R]) bool { return other == b })
	}
	var some PairError
	switch {
	case r.Err == nil:
		q.learn(r)
	case errors.As(r.Err, &some) && len(scores) == len(b.pairs):
		q.failPairs(b, some.Pairs(), r.Err)
	case len(b.jobs) > 1 && !isOutage(r.Err):
		return b.split()
	default:
		for _, j := range b.jobs {
			q.fail(j, r.Err)
		}
	}
	for i, o := range b.owners {
		q.give(o, scores, i)
	}
	return nil
}

func isOutage(err error) bool {
	var o Outage
	return errors.As(err, &o) && o.Outage()
}

// give hands a score to its job, if there is still somebody.
func (q *Queue[P, R]) give(o owner[P, R], scores []R, i int) {
	if o.job.gone {
		return
	}
	o.job.scored = append(o.job.scored, Scored[R]{o.pair, scores[i]})
	if o.job.left--; o.job.left == 0 {
		delete(q.active, o.job)
	}
	o.job.news()
}

// failPairs ends the jobs whose pairs have no score.
func (q *Queue[P, R]) failPairs(b *batch[P, R], pairs []int, err error) {
	for _, i := range pairs {
		if i >= 0 && i < len(b.owners) {
			o := b.owners[i]
			q.fail(o.job, &RequestError{o.pair, err})
		}
	}
}

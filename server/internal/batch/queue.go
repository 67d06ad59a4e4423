package batch

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// Queue runs the pairs of many requests through one model. It is safe for
// concurrent use.
type Queue[P, R any] struct {
	runner  Runner[P, R]
	options Options

	mu      sync.Mutex
	jobs    []*job[P, R] // those with waiting pairs
	waiting int          // their tokens
	running int          // batches
	active  map[*job[P, R]]struct{}
	served  int // of the job around which the last batch was built
	speed   float64
	cost    float64 // seconds for a padded token
	size    float64 // padded tokens of a batch

	shared bool // a request came while a batch ran
	hold   *time.Timer
	closed bool
	empty  chan struct{} // closed when the queue is closed and nothing is left
}

// New returns a queue in front of a model. It starts no goroutine.
func New[P, R any](r Runner[P, R], o Options) (*Queue[P, R], error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	return &Queue[P, R]{runner: r, options: o.withDefaults(), active: map[*job[P, R]]struct{}{}, empty: make(chan struct{})}, nil
}

// Score scores pairs and calls take with the scores as soon as they are there,
// those of a batch together, in the caller's goroutine. When ctx is done it
// returns at once, with the cause of ctx and after the scores that were there;
// the pairs must stay unchanged even then, for a running call may still read
// them. Other errors are *FullError, *LateError, *TooLargeError, ErrClosed,
// *RequestError, or the model's own. waited is the time until the first pair ran, ran that from there
// on.
func (q *Queue[P, R]) Score(ctx context.Context, pairs []P, take func([]Scored[R])) (waited, ran time.Duration, err error) {
	return q.ScoreAt(ctx, Ordinary, pairs, take)
}

// ScoreAt is Score with a priority. Pairs of priority Ahead end with ErrBusy as soon
// as others come.
func (q *Queue[P, R]) ScoreAt(ctx context.Context, priority Priority, pairs []P, take func([]Scored[R])) (waited, ran time.Duration, err error) {
	if ctx.Err() != nil {
		return 0, 0, context.Cause(ctx)
	}
	if len(pairs) == 0 {
		return 0, 0, nil
	}
	j := newJob(ctx, q.runner, priority, pairs)
	if err := q.enqueue(j); err != nil {
		return 0, 0, err
	}
	defer q.leave(j)
	err = q.await(j, take)
	waited, ran = q.times(j)
	return waited, ran, err
}

// enqueue a job, or refuse it.
func (q *Queue[P, R]) enqueue(j *job[P, R]) error {
	tokens := j.tokens()
	q.mu.Lock()
	if j.priority > Ahead {
		q.makeWay()
	}
	err := cmp.Or(q.admit(j.priority, tokens), q.late(j))
	if err == nil {
		j.served = q.served
		q.jobs = append(q.jobs, j)
		q.active[j] = struct{}{}
		q.waiting += tokens
		q.shared = q.shared || q.running > 0
		q.dispatch()
	}
	q.mu.Unlock()
	if refused(err) {
		q.options.Hooks.Refused(tokens)
	}
	return err
}

func (q *Queue[P, R]) admit(p Priority, tokens int) error {
	limit := q.options.Limit
	switch {
	case q.closed:
		return ErrClosed
	case p == Ahead && len(q.active) > 0:
		return ErrBusy
	case tokens > limit:
		return &TooLargeError{tokens, limit}
	case q.waiting+tokens > limit:
		return &FullError{tokens, q.waiting, limit, q.retryAfter(q.waiting + tokens - limit)}
	}
	return nil
}

// await hands out scores until the job or its context is done.
func (q *Queue[P, R]) await(j *job[P, R], take func([]Scored[R])) error {
	for {
		var cause error
		select {
		case <-j.changed:
		case <-j.ctx.Done():
			cause = context.Cause(j.ctx)
		}
		list, done, err := q.collect(j)
		if len(list) > 0 {
			take(list)
		}
		if done || err != nil {
			return err
		}
		if cause != nil {
			return cause
		}
	}
}

// collect takes the scores that are there.
func (q *Queue[P, R]) collect(j *job[P, R]) (list []Scored[R], done bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	list, j.scored = j.scored, nil
	return list, j.left == 0, j.err
}

// leave takes a job out of the queue, and stops what runs for it alone.
func (q *Queue[P, R]) leave(j *job[P, R]) {
	q.mu.Lock()
	left := j.left
	if j.err != nil {
		left = 0
	}
	q.drop(j)
	q.dispatch()
	q.mu.Unlock()
	if left > 0 {
		q.options.Hooks.Left(left)
	}
}

// drop forgets a job. Dropping it again does nothing.
func (q *Queue[P, R]) drop(j *job[P, R]) {
	if j.gone {
		return
	}
	j.gone = true
	delete(q.active, j)
	q.waiting -= j.tokens()
	j.waiting = nil
	q.jobs = slices.DeleteFunc(q.jobs, func(other *job[P, R]) bool { return other == j })
	for _, b := range j.running {
		if b.live--; b.live == 0 {
			b.cancel()
		}
	}
}

func (q *Queue[P, R]) times(j *job[P, R]) (waited, ran time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if j.began.IsZero() {
		return time.Since(j.came), 0
	}
	return j.began.Sub(j.came), time.Since(j.began)
}

// Stats is the state of a queue at one moment.
type Stats struct {
	Requests        int     // that have not all their scores
	Pairs, Tokens   int     // that wait, padding not counted
	Running         int     // batches
	TokensPerSecond float64 // lately, padding not counted; 0 = not known yet
}

// Stats returns the state of the queue.
func (q *Queue[P, R]) Stats() Stats {
	q.mu.Lock()
	defer q.mu.Unlock()
	pairs := 0
	for _, j := range q.jobs {
		pairs += len(j.waiting)
	}
	return Stats{len(q.active), pairs, q.waiting, q.running, q.rate()}
}

// Close refuses new pairs and waits for those in the queue. When ctx is done
// it fails them with ErrClosed, stops what runs, and returns the cause of ctx.
// When it returns the model is at rest.
func (q *Queue[P, R]) Close(ctx context.Context) error {
	q.mu.Lock()
	q.closed = true
	q.dispatch()
	q.mu.Unlock()
	select {
	case <-q.empty:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	for j := range q.active {
		q.fail(j, ErrClosed)
	}
	q.dispatch()
	q.mu.Unlock()
	<-q.empty
	return context.Cause(ctx)
}

// fail ends a job with an error.
func (q *Queue[P, R]) fail(j *job[P, R], err error) {
	if !j.gone {
		j.err = err
		q.drop(j)
		j.news()
	}
}

package batch

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// job is a request in the queue. Its fields are guarded by the queue's lock.
type job[P, R any] struct {
	ctx      context.Context
	priority Priority
	pairs    []P
	lengths  []int
	waiting  []int // positions of the pairs yet to run, longest first
	left     int   // pairs without a score
	running  []*batch[P, R]
	served   int // tokens that it cost so far, and those of others before it came

	came, began time.Time   // began is zero until the first of its pairs runs
	scored      []Scored[R] // not yet handed out
	err         error
	gone        bool          // nobody waits for it any more
	changed     chan struct{} // holds a value when scored or err has news
}

// Scored is the score of a pair, or whatever else the model makes of an input.
type Scored[R any] struct {
	Pair  int // its position in the request
	Score R
}

func newJob[P, R any](ctx context.Context, r Runner[P, R], priority Priority, pairs []P) *job[P, R] {
	j := &job[P, R]{
		ctx: ctx, priority: priority, pairs: pairs, left: len(pairs), came: time.Now(), changed: make(chan struct{}, 1),
		lengths: make([]int, len(pairs)), waiting: make([]int, len(pairs)),
	}
	for i := range pairs {
		j.lengths[i], j.waiting[i] = max(r.Length(pairs[i]), 1), i
	}
	slices.SortStableFunc(j.waiting, func(a, b int) int { return cmp.Compare(j.lengths[b], j.lengths[a]) })
	return j
}

// tokens of the pairs yet to run.
func (j *job[P, R]) tokens() int {
	n := 0
	for _, pair := range j.waiting {
		n += j.lengths[pair]
	}
	return n
}

// between takes up to n waiting pairs of a length from shortest to longest,
// the longest first.
func (j *job[P, R]) between(shortest, longest, n int) []int {
	from := j.place(longest)
	to := min(j.place(shortest-1), from+n)
	taken := slices.Clone(j.waiting[from:to])
	j.waiting = slices.Delete(j.waiting, from, to)
	return taken
}

// place is where the pairs of at most a length begin.
func (j *job[P, R]) place(length int) int {
	i, _ := slices.BinarySearchFunc(j.waiting, length, func(pair, length int) int {
		if j.lengths[pair] > length {
			return -1
		}
		return 1
	})
	return i
}

// news wakes the goroutine that waits for the job.
func (j *job[P, R]) news() {
	select {
	case j.changed <- struct{}{}:
	default: // it has not looked yet
	}
}

package batch

import (
	"cmp"
	"context"
	"slices"
)

// batch is what runs at once. live is guarded by the queue's lock.
type batch[P, R any] struct {
	ctx    context.Context
	cancel context.CancelFunc
	width  int // tokens of its longest pair
	pairs  []P
	owners []owner[P, R] // of each pair
	jobs   []*job[P, R]
	live   int // jobs that still want it
}

type owner[P, R any] struct {
	job  *job[P, R]
	pair int // its position in the job
}

// slack is how much shorter than the longest pair of a batch another may be.
// Wider lets in more padding; narrower makes more and smaller batches, each of
// which costs about as much as overhead tokens.
func slack(longest int) int { return longest/slackShare + overhead }

const (
	slackShare = 8
	overhead   = 8
	worthwhile = 128 // tokens; a smaller batch costs more for each of them
)

// pack builds the next batch around the least served job: its longest waiting
// pair sets the width, its own pairs of about that length come first, and those
// of others, again the least served first, fill what is left. There is a job.
// See RATIONALE: why-the-least-served-request-leads.
func (q *Queue[P, R]) pack() *batch[P, R] {
	q.sortJobs()
	first := q.jobs[0]
	q.served = first.served
	b := &batch[P, R]{width: first.lengths[first.waiting[0]]}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	room := q.room(b.width)
	for _, j := range q.jobs {
		room -= q.move(b, j, room)
	}
	q.jobs = slices.DeleteFunc(q.jobs, func(j *job[P, R]) bool { return len(j.waiting) == 0 })
	return b
}

// sortJobs puts the highest priority first, then the least served, and of equals the
// one that came first.
func (q *Queue[P, R]) sortJobs() {
	slices.SortStableFunc(q.jobs, func(a, b *job[P, R]) int {
		return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(a.served, b.served))
	})
}

// room is how many pairs of a width go into a batch: what fits, or a worker's
// share of all that waits. So the last batches are small, and the workers end at
// about the same time.
func (q *Queue[P, R]) room(width int) int {
	n := min(max(q.options.MaxTokens/width, 1), q.options.MaxPairs)
	if area := q.options.MaxArea; area > 0 {
		n = min(n, max(area/(width*width), 1))
	}
	if workers := q.options.Workers; workers > 1 {
		n = min(n, max(ceil(q.waiting, workers*width), worthwhile/width))
	}
	return n
}

func ceil(a, b int) int { return (a + b - 1) / b }

// move takes up to n fitting pairs of a job into the batch.
func (q *Queue[P, R]) move(b *batch[P, R], j *job[P, R], n int) int {
	if n == 0 {
		return 0
	}
	taken := j.between(b.width-slack(b.width), b.width, n)
	if len(taken) == 0 {
		return 0
	}
	b.add(j, taken)
	for _, pair := range taken {
		q.waiting -= j.lengths[pair]
	}
	j.served += len(taken) * b.width
	return len(taken)
}

func (b *batch[P, R]) add(j *job[P, R], pairs []int) {
	for _, pair := range pairs {
		b.pairs = append(b.pairs, j.pairs[pair])
		b.owners = append(b.owners, owner[P, R]{j, pair})
	}
	b.jobs = append(b.jobs, j)
	b.live++
	j.running = append(j.running, b)
}

// tokens without padding.
func (b *batch[P, R]) tokens() int {
	n := 0
	for _, o := range b.owners {
		n += o.job.lengths[o.pair]
	}
	return n
}

func (b *batch[P, R]) padded() int { return b.width * len(b.pairs) }

// split makes one batch for each job that still wants it.
func (b *batch[P, R]) split() []*batch[P, R] {
	var parts []*batch[P, R]
	for _, j := range b.jobs {
		if j.gone {
			continue
		}
		part := &batch[P, R]{width: b.width}
		part.ctx, part.cancel = context.WithCancel(context.Background())
		var pairs []int
		for _, o := range b.owners {
			if o.job == j {
				pairs = append(pairs, o.pair)
			}
		}
		part.add(j, pairs)
		parts = append(parts, part)
	}
	return parts
}

package batch

import "time"

// recent is the weight of the last batch in the measured speed: about the last
// ten count.
const recent = 0.2

// learn measures how fast a worker is, and how large its batches are.
func (q *Queue[P, R]) learn(r Run) {
	if r.Took <= 0 {
		return
	}
	follow(&q.speed, float64(r.Tokens)/r.Took.Seconds())
	follow(&q.cost, r.Took.Seconds()/float64(r.Padded+overhead))
	follow(&q.size, float64(r.Padded))
}

// follow moves a mean towards what was measured last; the first one sets it.
func follow(mean *float64, measured float64) {
	if *mean == 0 {
		*mean = measured
	}
	*mean += recent * (measured - *mean)
}

// rate is the tokens of all workers in a second, 0 if nothing ran yet.
func (q *Queue[P, R]) rate() float64 { return q.speed * float64(q.options.Workers) }

// retryAfter estimates when so many tokens will have gone through.
func (q *Queue[P, R]) retryAfter(tokens int) time.Duration {
	if q.speed == 0 {
		return time.Second
	}
	wait := float64(tokens) / q.rate()
	return time.Duration(min(max(wait, 1), 60) * float64(time.Second))
}

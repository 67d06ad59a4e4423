package batch

import (
	"slices"
	"time"
)

// Forecast is how long the scores of pairs of these lengths would take if they
// came now: what runs ends first, every request that waits is served as much
// as they are, and a token costs what it cost lately. 0 = nothing ran yet.
// See RATIONALE: why-the-queue-forecasts.
func (q *Queue[P, R]) Forecast(lengths []int) time.Duration {
	own := q.padded(lengths)
	q.mu.Lock()
	defer q.mu.Unlock()
	tokens := float64(own) + float64(q.running)*q.size/2
	for _, j := range q.jobs {
		tokens += float64(min(j.tokens(), own))
	}
	return q.duration(tokens)
}

// late is the error of a job that is urgent and is not forecast to be done in half of
// the time that its context leaves. Waiting for nothing would only make others late.
// See RATIONALE: why-a-late-query-is-refused.
func (q *Queue[P, R]) late(j *job[P, R]) error {
	deadline, bounded := j.ctx.Deadline()
	if !bounded || j.priority < Urgent {
		return nil
	}
	before := q.urgent()
	if before == 0 && q.running < q.options.Workers {
		return nil // one that can begin now does: only runs correct a forecast
	}
	tokens := float64(q.padded(j.lengths)+before) + float64(q.running)*q.size/2
	forecast, left := q.duration(tokens), time.Until(deadline)
	if forecast <= left/2 {
		return nil
	}
	return &LateError{forecast, left}
}

// urgent is what the jobs that wait and are urgent cost, in tokens. The caller holds the lock.
func (q *Queue[P, R]) urgent() (tokens int) {
	for _, j := range q.jobs {
		if j.priority == Urgent {
			tokens += q.padded(j.lengths)
		}
	}
	return tokens
}

// duration of padded tokens on all workers. The caller holds the lock.
func (q *Queue[P, R]) duration(tokens float64) time.Duration {
	return time.Duration(tokens * q.cost / float64(q.options.Workers) * float64(time.Second))
}

// padded is what pairs of these lengths cost in tokens if they are packed by
// themselves: with their padding, and with what every batch costs.
func (q *Queue[P, R]) padded(lengths []int) int {
	sorted := slices.Sorted(slices.Values(lengths))
	total := 0
	for n := len(sorted); n > 0; n = len(sorted) {
		width := max(sorted[n-1], 1)
		first := max(n-min(max(q.options.MaxTokens/width, 1), q.options.MaxPairs), 0)
		for sorted[first] < width-slack(width) {
			first++
		}
		total += width*(n-first) + overhead
		sorted = sorted[:first]
	}
	return total
}

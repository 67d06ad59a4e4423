package httpapi

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sync/semaphore"
)

// turns bound the bodies that are decoded at once by the processors, those that come
// first before the others. Without a bound all that have come would be decoded a slice
// each, in a queue of the scheduler's that nobody sees and that answers wait in as well.
// See RATIONALE: why-bodies-are-decoded-in-turn.
type turns struct{ short, long *semaphore.Weighted }

// longTurn is the length of a body whose decoding would hold up many short ones: such
// bodies wait for each other alone.
const longTurn = 512 << 10

func newTurns() turns {
	n := int64(runtime.GOMAXPROCS(0))
	return turns{semaphore.NewWeighted(n), semaphore.NewWeighted(max(n/2, 1))}
}

// take a turn for a body of a length, which end gives back. waited is 0 where it was
// free.
func (t turns) take(ctx context.Context, length int) (waited time.Duration, end func(), err error) {
	lane := t.short
	if length > longTurn {
		lane = t.long
	}
	if !lane.TryAcquire(1) {
		since := time.Now()
		if lane.Acquire(ctx, 1) != nil {
			return 0, nil, context.Cause(ctx)
		}
		waited = time.Since(since)
	}
	runtime.Gosched()
	return waited, func() { lane.Release(1) }, nil
}

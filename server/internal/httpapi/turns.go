package httpapi

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sync/semaphore"
)

// turns bound the bodies that are decoded at once by the processors. Without a bound all
// that have come are decoded a slice each, in a queue of the scheduler's that nobody
// sees, and answers that are nearly done wait in it as well.
// See RATIONALE: why-bodies-are-decoded-in-turn.
type turns struct{ short, long *semaphore.Weighted }

// longTurn is the length of a body, in bytes, whose decoding would hold up many short
// ones: such bodies wait for each other alone.
const longTurn = 512 << 10

func newTurns() turns {
	n := int64(runtime.GOMAXPROCS(0))
	return turns{semaphore.NewWeighted(n), semaphore.NewWeighted(max(n/2, 1))}
}

// decode has a body decoded when it is its turn, and says how long that was waited for;
// 0 = it was its turn at once. The error is the cause of ctx.
func (t turns) decode(ctx context.Context, body []byte, decode func([]byte)) (waited time.Duration, err error) {
	lane := t.short
	if len(body) > longTurn {
		lane = t.long
	}
	if !lane.TryAcquire(1) {
		since := time.Now()
		if lane.Acquire(ctx, 1) != nil {
			return 0, context.Cause(ctx)
		}
		waited = time.Since(since)
	}
	defer lane.Release(1)
	runtime.Gosched() // those who can go on are further; those who come find that they have to wait
	decode(body)
	return waited, nil
}

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
)

// parallel requests: with a model they mostly wait for it, and those that wait
// together share its runs. asked 0 = the default.
func parallel(asked, models int) int {
	const withModel = 32
	if models > 0 {
		return cmp.Or(asked, withModel)
	}
	return cmp.Or(asked, runtime.GOMAXPROCS(0))
}

// parallel is one for a watcher, who looks at one request after the other.
func (c *rerankCmd) parallel(models int) int {
	if c.Watch {
		return 1
	}
	return parallel(c.Parallel, models)
}

// order is how requests are read and answered.
type order struct {
	one      bool // all input is one request
	parallel int  // requests at once, 1 or more
}

// pending is the place of an answer that may not be there yet.
type pending chan outcome

// outcome is an answer, or why there are no more.
type outcome struct {
	answered
	broken error
}

// answers come in the order of the requests, while those behind them are
// worked on. After one that is broken there are no more.
func (c *rerankCmd) answers(ctx context.Context, engine reranker, requests *requests, o order, watch *watcher) iter.Seq[outcome] {
	return func(yield func(outcome) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		queue := make(chan pending, o.parallel-1)
		go c.feed(ctx, queue, engine, requests, o, watch)
		for {
			select {
			case p, more := <-queue:
				if !more || !yield(<-p) {
					return
				}
			case <-ctx.Done(): // reading may go on waiting
				yield(outcome{broken: context.Cause(ctx)})
				return
			}
		}
	}
}

// feed takes a place in the queue for every request before it is answered, so
// that no more are at work than the queue has places.
func (c *rerankCmd) feed(ctx context.Context, queue chan<- pending, engine reranker, requests *requests, o order, watch *watcher) {
	defer close(queue)
	for {
		body, err := requests.next(o.one)
		if errors.Is(err, io.EOF) {
			return
		}
		p := make(pending, 1)
		select {
		case queue <- p:
		case <-ctx.Done():
			return
		}
		if err != nil {
			p <- outcome{broken: fmt.Errorf("reading the requests: %w", err)}
			return
		}
		line := requests.at
		go func() {
			a := c.answer(ctx, engine, body, watch)
			a.line = line
			p <- outcome{answered: a}
		}()
	}
}

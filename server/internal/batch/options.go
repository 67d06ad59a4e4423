package batch

import (
	"fmt"
	"time"
)

// Options of a queue. The zero value is the default.
type Options struct {
	// MaxTokens of a batch, padding counted. One longer pair still runs, alone.
	// Default 1024, where larger ones stop fitting into the processor's cache.
	MaxTokens int
	// MaxArea bounds a batch by its pairs times the square of its width, as the
	// memory of attention grows. One longer pair still runs, alone. 0 does not.
	MaxArea int
	// MaxPairs of a batch. Default 64.
	MaxPairs int
	// Workers is how many batches run at once. Default 1. Give the model fewer
	// threads where there are more.
	Workers int
	// Limit is how many tokens may wait, padding not counted. Default 1,048,576.
	Limit int
	// Wait is how long a batch that is not full waits for more pairs, and only
	// where requests came in while the last one ran: a lone request is never
	// held up. Default 1 ms, negative for never.
	Wait time.Duration
	// Hooks tell what happens. They are called by the queue's goroutines, many
	// at once, and should be quick.
	Hooks Hooks
}

// Hooks are functions for metrics. Each may be nil.
type Hooks struct {
	// Ran follows every run of the model.
	Ran func(Run)
	// Refused follows a FullError, with the tokens that did not fit.
	Refused func(tokens int)
	// Left follows a request that went before it had all its scores, with the
	// number of pairs that it still waited for.
	Left func(pairs int)
}

// Run is one run of the model.
type Run struct {
	Pairs, Requests int
	Tokens, Padded  int           // without padding and with it
	Waited, Took    time.Duration // of the pair that waited longest; of the run
	Err             error
	Trace           string // the id of the trace of one of its requests; "" = none is traced
}

func (o Options) withDefaults() Options {
	orDefault(&o.MaxTokens, 1024)
	orDefault(&o.MaxPairs, 64)
	orDefault(&o.Workers, 1)
	orDefault(&o.Limit, 1<<20)
	orDefault(&o.Wait, time.Millisecond)
	if o.Hooks.Ran == nil {
		o.Hooks.Ran = func(Run) {}
	}
	if o.Hooks.Refused == nil {
		o.Hooks.Refused = func(int) {}
	}
	if o.Hooks.Left == nil {
		o.Hooks.Left = func(int) {}
	}
	return o
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (o Options) validate() error {
	for _, f := range []struct {
		name  string
		value int
	}{
		{"tokens of a batch", o.MaxTokens}, {"squared tokens of a batch", o.MaxArea}, {"pairs of a batch", o.MaxPairs}, {"workers", o.Workers}, {"tokens that may wait", o.Limit},
	} {
		if f.value < 0 {
			return fmt.Errorf("%d %s", f.value, f.name)
		}
	}
	return nil
}

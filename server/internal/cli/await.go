package cli

import (
	"context"
)

// await does not wait for work, such as reading large files, longer than for
// ctx, whose cause is the error then. What the work brings later is unused's.
func await[T any](ctx context.Context, work func() (T, error), unused func(T)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := work()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
	}
	go func() {
		if r := <-done; r.err == nil {
			unused(r.value)
		}
	}()
	var none T
	return none, context.Cause(ctx)
}

// closeUnused closes a model that nobody has asked anything.
func closeUnused(m servedModel) { _ = m.Close(context.Background()) }

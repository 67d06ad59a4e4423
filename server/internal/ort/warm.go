package ort

import (
	"context"
	"errors"
	"sync"

	"github.com/splitrank/splitrank/server/internal/token"
)

// warmLength is that of the pairs of a warm-up. Batches of longer pairs have
// fewer of them and take no more memory.
const warmLength = 256

// Warm runs as many calls at once as will come later, each a batch of long
// pairs within so many tokens. What ONNX Runtime keeps of memory has
// its final size then, or nearly, and the first request finds it warm.
func (m *Session) Warm(ctx context.Context, calls, tokens int) error {
	long := spreadPair(min(m.maxLength, warmLength)-m.Length(token.Pair{}), m.vocabulary)
	pairs := make([]token.Pair, max(tokens/m.Length(long), 1))
	for i := range pairs {
		pairs[i] = long
	}
	errs := make([]error, calls)
	var wg sync.WaitGroup
	for i := range calls {
		wg.Go(func() {
			var partly *NotFiniteError
			if _, err := m.Score(ctx, pairs); !errors.As(err, &partly) {
				errs[i] = err
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

package ort

import "fmt"

// NotFiniteError says that a model gave NaN or an infinity for some pairs of a
// batch. The scores of the others hold.
type NotFiniteError struct {
	pairs []int
	first float32
}

// Error names the positions in the batch.
func (e *NotFiniteError) Error() string {
	return fmt.Sprintf("the model gives %v for a pair (at %v in the batch)", e.first, e.pairs)
}

// Pairs are the positions, within the batch, of the pairs without a score.
func (e *NotFiniteError) Pairs() []int { return e.pairs }

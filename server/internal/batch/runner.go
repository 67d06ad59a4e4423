package batch

import "context"

// Runner is the model that the queue feeds. Its methods may be called by many goroutines
// at once.
type Runner[P, R any] interface {
	// Length returns the number of tokens of a pair, at least 1.
	Length(pair P) int
	// Score returns one score for each pair, run as one batch that is padded to
	// the longest. It returns soon after ctx is done. An error concerns all
	// pairs unless it is a PairError.
	Score(ctx context.Context, pairs []P) ([]R, error)
}

// PairError is an error, found by errors.As, of single pairs of a batch: the
// scores of the others are valid.
type PairError interface {
	error
	// Pairs are the positions, within the batch, of the pairs without a score.
	Pairs() []int
}

// Outage is an error, found by errors.As, that says of itself whether the model was to
// blame whatever it was asked, as where it cannot be reached. A batch that failed so
// does not run again in parts.
type Outage interface {
	error
	Outage() bool
}

package crossencoder

import (
	"context"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/token"
)

// Options of Load.
type Options = modelserving.Options

// Engine runs the graph of a model: an *ort.Session, or another process that is
// asked. It is safe for concurrent use.
type Engine interface {
	// Score and Length are those of the queue's runner.
	batch.Runner[token.Pair, float32]
	// Pairs joins queries and documents.
	Pairs(l token.Limits) (*token.Pairs, error)
	// Unspelled is the share of the letters of a text that the vocabulary lacks.
	Unspelled(text string) float64
	// MaxLength in tokens of a pair.
	MaxLength() int
	// BatchDependent reports that pairs have to run one by one.
	BatchDependent() bool
	// LikeProbabilities reports that all logits tried so far lie between 0 and 1.
	LikeProbabilities() bool
	// Warm runs so many batches at once, of so many tokens each.
	Warm(ctx context.Context, calls, tokens int) error
	// Close frees it.
	Close() error
}

// network is what the queue feeds: an *ort.Session, or what a test puts before it.
type network = batch.Runner[token.Pair, float32]

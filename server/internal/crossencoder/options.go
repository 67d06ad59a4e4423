package crossencoder

import (
	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/token"
)

// Options of Load. The zero value is the default.
type Options struct {
	// Threads of one batch. 0 = GOMAXPROCS.
	Threads int
	// MaxLength caps the tokens of a pair below what the model has. 0 does not.
	MaxLength int
	// BatchTokens of one run of the model, padding counted. 0 = 1024.
	BatchTokens int
	// QueueTokens that may wait; requests beyond are refused. 0 = 1,048,576.
	QueueTokens int
	// Ran follows every run of the model. It may be nil.
	Ran func(batch.Run)
}

func (o Options) ort(onnx string) ort.Options {
	return ort.Options{ONNX: onnx, Threads: o.Threads, MaxLength: o.MaxLength}
}

// batch runs the pairs of a model one by one where companions would change
// their scores.
func (o Options) batch(dependent bool) batch.Options {
	b := batch.Options{MaxTokens: o.BatchTokens, Limit: o.QueueTokens, Hooks: batch.Hooks{Ran: o.Ran}}
	if dependent {
		b.MaxPairs = 1
	}
	return b
}

// network is what the queue feeds: an *ort.Model, or what a test puts before it.
type network = batch.Model[token.Pair]

package rerank

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// PairModel is a model as a cascade sees it. It is safe for concurrent use.
type PairModel interface {
	// Name that answers call it by.
	Name() string
	// SupportsLanguage reports whether the model may be asked in a language,
	// which the caller named or the query seems to be written in.
	SupportsLanguage(language string, named bool) bool
	// SupportsScript reports whether a document, or a word of a query, is in a
	// script of the model's.
	SupportsScript(text string) bool
	// Calibration of its logits.
	Calibration() answer.Calibration
	// Open takes a request up, which must not change while its Pairs are in
	// use. It does no work yet.
	Open(req *api.Request) Pairs
}

// Pairs are the query of a request with each of its documents, which go by
// their index. They belong to one goroutine.
//
// Errors are the cause of ctx where it is done; an *api.Error where the
// request, or the load, is at fault; any other where the model is.
type Pairs interface {
	// Known are the scores of those of the documents that the model need not read:
	// Cached or Known is set.
	Known(ctx context.Context, documents []int) ([]answer.Score, Timing)
	// Tokenize makes documents ready to be scored and returns the tokens of each
	// pair, special ones included and padding not.
	Tokenize(ctx context.Context, documents []int) ([]int, error)
	// Forecast is how long scoring pairs of these lengths would take from now
	// on. 0 = not known yet.
	Forecast(tokens []int) time.Duration
	// Score scores documents that were tokenized, the whole list or until an
	// error, and calls take with what is there after every batch, in the
	// caller's goroutine.
	Score(ctx context.Context, documents []int, take func([]answer.Score)) (Timing, error)
}

// ReadsAhead are Pairs that may read documents when there is nothing else to do, so
// that the next question finds them.
type ReadsAhead interface {
	// ReadAhead must not block.
	ReadAhead(documents []int)
}

// KnowsNothing are Pairs whose Known may never find anything: then nobody looks for what
// it could be asked about.
type KnowsNothing interface {
	KnowsNothing() bool
}

func knowsNothing(p Pairs) bool {
	k, ok := p.(KnowsNothing)
	return ok && k.KnowsNothing()
}

// Timing is where the time of a model went.
type Timing struct {
	// Queue until the first run began, Inference from there on.
	Queue, Inference time.Duration
	// Query, Documents and Comparing are parts of a late-interaction model's: reading
	// the query, reading documents, and comparing both.
	Query, Documents, Comparing time.Duration
}

// Plus adds up.
func (t Timing) Plus(u Timing) Timing {
	return Timing{t.Queue + u.Queue, t.Inference + u.Inference, t.Query + u.Query, t.Documents + u.Documents, t.Comparing + u.Comparing}
}

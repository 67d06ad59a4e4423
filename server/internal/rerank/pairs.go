package rerank

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// PairModel is a model as a cascade sees it. It is safe for concurrent use.
type PairModel interface {
	// Name that answers call it by.
	Name() string
	// Speaks reports whether the model may be asked in a language, which the
	// caller named or the query seems to be written in.
	Speaks(language string, named bool) bool
	// Reads reports whether a document, or a word of a query, is in a script of
	// the model's.
	Reads(text string) bool
	// Calibration of its logits.
	Calibration() Calibration
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
	// Known are the scores that need no model: Cached is set.
	Known(ctx context.Context) []PairScore
	// Read makes documents ready to be scored and returns the tokens of each
	// pair, special ones included and padding not.
	Read(ctx context.Context, documents []int) ([]int, error)
	// Forecast is how long scoring pairs of these lengths would take from now
	// on. 0 = not known yet.
	Forecast(tokens []int) time.Duration
	// Score scores documents that were read, the whole list or until an error,
	// and calls news with what is there after every batch, in the caller's
	// goroutine.
	Score(ctx context.Context, documents []int, news func([]PairScore)) (Spent, error)
}

// PairScore is what a model says about a document.
type PairScore struct {
	Document int
	// Logit is finite; calibrated, its sigmoid is the probability of relevance.
	Logit float64
	// Truncated says that the model did not see the document to its end.
	Truncated bool
	// Cached says that this request did not cost the model a run.
	Cached bool
}

// Spent is where the time of a call of Pairs.Score went.
type Spent struct {
	// Queue until the first pair ran, Inference from there on.
	Queue, Inference time.Duration
}

package rerank

import (
	"context"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// Scorer judges the documents of a request. The heuristics are one; a cascade of
// them and a model is another.
//
// Score may be called by many goroutines at once. It does not change req, and
// returns when ctx is done, with the cause of ctx. An *api.Error is for the
// caller; any other error is internal and its text stays in the log.
type Scorer interface {
	Score(ctx context.Context, req *api.Request) (Judgement, error)
}

// Watcher is a Scorer that can be watched while it works. Watch is Score that
// also calls seen with every judgement it comes by on the way, each better
// informed than the one before, in the caller's goroutine: first that of the
// heuristics, then one after every batch of the model. seen must not block;
// nil = nobody watches.
type Watcher interface {
	Scorer
	Watch(ctx context.Context, req *api.Request, seen func(Judgement)) (Judgement, error)
}

// Judgement is what a Scorer found.
type Judgement struct {
	// Results of all documents of the request, each once, best first, with
	// RelevanceScore in [0, 1], never rising unless the request asks for
	// diversity. Rank, ID and Document are the Engine's to fill in.
	Results []api.Result
	// Language of the query and whether it was stemmed.
	Language string
	Stemmed  bool
	// Model that took part; "" = none.
	Model string
	// Calibration that the model was tuned with; "" = none.
	Calibration string
	// Degraded says that less was done than was asked for, Reason why.
	Degraded bool
	Reason   string
	// Usage of the model; Documents is the Engine's to fill in.
	Usage api.Usage
	// Queue is the time that a Scorer which paces itself let the request wait.
	Queue time.Duration
	// Heuristic and Inference are the time that each took.
	Heuristic, Inference time.Duration
}

// Package modelserving has what all kinds of models that read tokens share where
// they are served: options, hooks for metrics, and what callers are told of a full
// queue.
package modelserving

import (
	"cmp"
	"net/http"
	"runtime"
	"time"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/shared/api"
)

// Options of Load. The zero value is the default.
type Options struct {
	// Threads of the model: so many batches run at once, each on one of them.
	// 0 = GOMAXPROCS.
	Threads int
	// Device that the model runs on. "" = the processor.
	Device ort.Device
	// MaxLength caps the tokens of a pair below what the model has. 0 does not.
	MaxLength int
	// BatchTokens of one run of the model, padding counted. 0 = 1024.
	BatchTokens int
	// BatchPairs of one run. 0 = 64.
	BatchPairs int
	// QueueTokens that may wait; requests beyond are refused. 0 = 1,048,576.
	QueueTokens int
	// Truncation of requests that say nothing of it. It must be valid.
	Truncation api.Truncation
	// Hooks tell what happens.
	Hooks Hooks
	// Transport of the calls to the backends of a remote model; nil = remote.NewTransport.
	Transport http.RoundTripper
	// Backends tell what happens to those.
	Backends remote.Hooks
}

// Hooks are functions for metrics, each with the name of the model. They are
// called by many goroutines at once and should be quick. Each may be nil.
type Hooks struct {
	// Ran follows every run of the model.
	Ran func(model string, r batch.Run)
	// Refused follows a request that did not fit into the queue.
	Refused func(model string)
	// Scored follows a request that has all its scores.
	Scored func(model string, s RequestStats)
}

// RequestStats of a request that has all its scores.
type RequestStats struct {
	Documents, Truncated int
	Queue                time.Duration // until the first pair ran
	Trace                string        // the id of its trace; "" = it is not traced
}

// WithDefaults has a function everywhere.
func (h Hooks) WithDefaults() Hooks {
	if h.Ran == nil {
		h.Ran = func(string, batch.Run) {}
	}
	if h.Refused == nil {
		h.Refused = func(string) {}
	}
	if h.Scored == nil {
		h.Scored = func(string, RequestStats) {}
	}
	return h
}

// ORT are the options of the graph.
func (o Options) ORT(onnx string) ort.Options {
	return ort.Options{ONNX: onnx, MaxLength: o.MaxLength, Device: o.Device, Calls: o.Workers()}
}

// Workers is how many batches run at once: see ort.Options.Threads for why
// they share the threads out instead of sharing each.
func (o Options) Workers() int { return cmp.Or(o.Threads, runtime.GOMAXPROCS(0)) }

// Batch runs the pairs of a model one by one where its scores depend on the
// batch.
func (o Options) Batch(hooks batch.Hooks, dependent bool) batch.Options {
	b := batch.Options{Workers: o.Workers(), MaxTokens: o.BatchTokens, MaxPairs: o.BatchPairs, MaxArea: o.TokensOfBatch() * widest, Limit: o.QueueTokens, Hooks: hooks}
	if dependent {
		b.MaxPairs = 1
	}
	return b
}

// widest is the width up to which a batch is bounded by its tokens. Wider ones
// have fewer, so that attention takes no more memory than at this width.
const widest = 256

// TokensOfBatch are those of one run.
func (o Options) TokensOfBatch() int { return cmp.Or(o.BatchTokens, 1024) }

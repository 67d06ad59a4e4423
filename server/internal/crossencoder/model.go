package crossencoder

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/semaphore"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/shared/api"
)

// Model is a cross-encoder behind its queue. It is safe for concurrent use.
type Model struct {
	modelfiles.Description
	loaded     Engine
	queue      *batch.Queue[token.Pair, float32]
	tokenizing *semaphore.Weighted // bounds the requests that are being tokenized: work for a processor
	workers    int                 // batches at once
	warm       int                 // tokens of the largest
	truncation api.Truncation
	hooks      modelserving.Hooks
}

// Load loads a model that was asked for as given: a name of the hub, with or
// without a variant, or a folder. An error is one line that names the folder.
func Load(given string, files *hub.Files, o Options) (*Model, error) {
	d, err := modelfiles.Describe(given, files)
	if err == nil {
		err = modelfiles.CheckHead(files)
	}
	if err != nil {
		return nil, fmt.Errorf("loading model %q: %w", given, err)
	}
	d = d.On(o.Device.Spelled())
	loaded, err := open(files, d.Settings(), o.ORT(files.ONNX))
	if err != nil {
		return nil, err
	}
	m, err := newModel(d, loaded, loaded, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("loading model %q: %w", given, err), loaded.Close())
	}
	return m, nil
}

// New puts a queue before an engine, which the Model closes.
func New(d modelfiles.Description, e Engine, o Options) (*Model, error) { return newModel(d, e, e, o) }

// open does not try a built-in model: it says itself what that found,
// and a test of the program holds it to that.
func open(files *hub.Files, own modelfiles.Settings, o ort.Options) (*ort.Session, error) {
	if files.Builtin == nil {
		return ort.Load(files.Dir, o)
	}
	if o.Device.IsCPU() {
		o.Spread = &own.Spread
	}
	return ort.LoadFS(files.Builtin, files.Name, o)
}

// newModel puts a queue before a network, which is loaded or stands before it.
func newModel(d modelfiles.Description, loaded Engine, n network, o Options) (*Model, error) {
	m := &Model{Description: d.Spelling(loaded.Unspelled), loaded: loaded, truncation: o.Truncation, tokenizing: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))), workers: o.Workers(), warm: 1, hooks: o.Hooks.WithDefaults()}
	if _, err := m.pairBuilder("", nil); err != nil {
		return nil, err
	}
	var err error
	if m.queue, err = batch.New(n, o.Batch(m.queueHooks(), loaded.BatchDependent())); err != nil {
		return nil, err
	}
	if !loaded.BatchDependent() {
		m.warm = o.TokensOfBatch()
	}
	return m, nil
}

func (m *Model) queueHooks() batch.Hooks {
	return batch.Hooks{
		Ran:     func(r batch.Run) { m.hooks.Ran(m.Name(), r) },
		Refused: func(int) { m.hooks.Refused(m.Name()) },
	}
}

// MaxLength is the number of tokens that a query and a document may have together,
// special ones included.
func (m *Model) MaxLength() int { return m.loaded.MaxLength() }

// BatchDependent reports that a score depends on the pairs that share its
// batch. Such a model is run pair by pair: exact, and for small ones on a
// processor no slower, because nothing is padded.
func (m *Model) BatchDependent() bool { return m.loaded.BatchDependent() }

// Placement is how much of the graph the device of a plugin takes.
func (m *Model) Placement() ort.Placement {
	if p, ok := m.loaded.(interface{ Placement() ort.Placement }); ok {
		return p.Placement()
	}
	return ort.Placement{}
}

// LikeProbabilities reports that its logits look as if they were none.
func (m *Model) LikeProbabilities() bool { return m.loaded.LikeProbabilities() }

// Warm runs as many batches at once as ever will, each the largest, so that the
// first request finds the model warm.
func (m *Model) Warm(ctx context.Context) error {
	if err := m.loaded.Warm(ctx, m.workers, m.warm); err != nil {
		return fmt.Errorf("warming up model %q: %w", m.Name(), err)
	}
	return nil
}

// Stats is the state of the queue.
func (m *Model) Stats() batch.Stats { return m.queue.Stats() }

// Close refuses new pairs, waits for those in the queue until ctx is done, and
// frees the model.
func (m *Model) Close(ctx context.Context) error {
	return errors.Join(m.queue.Close(ctx), m.loaded.Close())
}

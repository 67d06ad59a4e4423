package oip

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/server/internal/token"
)

// Engine implements crossencoder.Engine. It is safe for concurrent use.
type Engine struct {
	*ort.PairInputs
	config  remote.Config
	writer  *token.Pairs
	pool    *remote.Pool
	servers sync.Map // of a *remote.Backend: server
}

// Open reads the tokenizer in a model's folder, and begins to look at the backends.
// It waits for none. An error is one line that names the folder.
func Open(dir string, c remote.Config, inputs ort.Options, o remote.Options) (*Engine, error) {
	p, err := ort.LoadPairInputs(dir, c.Tensors.TokenTypeIDs != remote.None, c.Tensors.Labels, inputs)
	if err != nil {
		return nil, err
	}
	e := &Engine{PairInputs: p, config: c}
	if e.writer, err = p.Pairs(token.Limits{}); err == nil {
		_, err = e.pairs(remote.CheckedPairs())
	}
	if err == nil {
		e.pool, err = remote.NewPool(c, protocol{e}, o)
	}
	if err != nil {
		return nil, fmt.Errorf("loading model %q: %w", dir, err)
	}
	return e, nil
}

// Pool of the backends.
func (e *Engine) Pool() *remote.Pool { return e.pool }

// Score implements batch.Runner: one call for all pairs. An error is a *remote.Fault,
// or an *ort.NotFiniteError about single pairs.
func (e *Engine) Score(ctx context.Context, pairs []token.Pair) ([]float32, error) {
	t, err := e.Tensors(pairs)
	if err != nil {
		return nil, err
	}
	return remote.Call(ctx, e.pool, t.Rows*t.Width, func(ctx context.Context, b *remote.Backend) ([]float32, error) {
		a, err := e.infer(ctx, b, t)
		if err != nil {
			return nil, err
		}
		b.Observe(a.version)
		return e.Scores(a.logits)
	})
}

// Body is what a server is sent for these pairs, as JSON: for measurements.
func (e *Engine) Body(pairs []token.Pair) ([]byte, error) {
	t, err := e.Tensors(pairs)
	return e.encode(t, false).Body, err
}

// infer is one exchange with one backend.
func (e *Engine) infer(ctx context.Context, b *remote.Backend, t ort.Tensors) (answer, error) {
	r := e.encode(t, e.binary(b))
	want := t.Rows * e.Labels()
	r.Method, r.Path, r.Most = http.MethodPost, e.path("/infer"), int64(answerBytes+logitBytes*want)
	reply, err := b.Do(ctx, r)
	if err != nil {
		return answer{}, err
	}
	return e.decode(reply, t.Rows)
}

// What an answer may have in bytes: besides its logits, and for each.
const (
	answerBytes = 64 << 10
	logitBytes  = 64
)

// path of the model.
func (e *Engine) path(end string) string {
	p := "/v2/models/" + e.config.Model
	if v := e.config.Version; v != "" {
		p += "/versions/" + v
	}
	return p + end
}

// BatchDependent reports that the configuration asks for pair by pair.
func (e *Engine) BatchDependent() bool { return e.config.PairByPair }

// LikeProbabilities reports that all logits tried lie between 0 and 1.
func (e *Engine) LikeProbabilities() bool { return e.pool.LikeProbabilities() }

// Scorer implements crossencoder.Elsewhere.
func (e *Engine) Scorer() string {
	return fmt.Sprintf("oip %q %q %+v", e.config.Model, e.config.Version, e.config.Tensors.Labels)
}

// Version implements crossencoder.Elsewhere.
func (e *Engine) Version() (version string, ok bool) { return e.pool.Version() }

// Epoch implements crossencoder.Elsewhere.
func (e *Engine) Epoch() uint64 { return e.pool.Epoch() }

// States implements crossencoder.Elsewhere.
func (e *Engine) States() []remote.BackendState { return e.pool.States() }

// Warm waits a moment for a backend. That none is ready is no error: requests are
// answered by the heuristics until one is.
func (e *Engine) Warm(ctx context.Context, _, _ int) error {
	return e.pool.Warm(ctx)
}

// Close stops looking at the backends.
func (e *Engine) Close() error { return e.pool.Close() }

package tei

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/splitrank/splitrank/server/internal/batch"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/remote"
	"github.com/splitrank/splitrank/shared/api"
)

// Model is a cross-encoder behind backends that take texts. It is safe for concurrent
// use.
type Model struct {
	modelfiles.Description
	scorer *scorer
	queue  *batch.Queue[pair, float32]
	hooks  modelserving.Hooks
}

// Open begins to look at the backends and waits for none.
func Open(d modelfiles.Description, c remote.Config, o modelserving.Options, r remote.Options) (*Model, error) {
	s := &scorer{config: c, dialect: dialectOf(c.Protocol)}
	pool, err := remote.NewPool(c, s, r)
	if err != nil {
		return nil, err
	}
	s.pool = pool
	m := &Model{Description: d, scorer: s, hooks: o.Hooks.WithDefaults()}
	if o.Truncation.MaxQueryTokens > 0 || o.Truncation.Windows != nil || o.Truncation.Strategy == api.LongestFirst {
		m.warn(r, "the flags of truncation do nothing for this model: its backends cut texts in their own way")
	}
	o.Threads, o.BatchTokens, o.BatchPairs = pool.Workers(), c.BatchTokens, c.BatchPairs
	b := o.Batch(batch.Hooks{
		Ran:     func(r batch.Run) { m.hooks.Ran(m.Name(), r) },
		Refused: func(int) { m.hooks.Refused(m.Name()) },
	}, c.PairByPair)
	b.MaxArea = 0 // the backends pack for themselves
	if m.queue, err = batch.New(s, b); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return m, nil
}

func (*Model) warn(r remote.Options, text string) {
	if r.Hooks.Warned != nil {
		r.Hooks.Warned(r.Model, errors.New(text))
	}
}

// MaxLength in tokens of a pair; 0 = the backends do not say.
func (m *Model) MaxLength() int { return int(m.scorer.maxLength.Load()) }

// BatchDependent reports that the configuration asks for pair by pair.
func (m *Model) BatchDependent() bool { return m.scorer.config.PairByPair }

// LikeProbabilities reports that all logits tried lie between 0 and 1.
func (m *Model) LikeProbabilities() bool { return m.scorer.pool.LikeProbabilities() }

// asked is what the backends are asked for.
func (m *Model) asked() string {
	return fmt.Sprintf("%s %q", m.scorer.config.Protocol, m.scorer.config.Model)
}

// Digest of what is asked for, and of how its logits are read.
func (m *Model) Digest() (string, error) {
	digest, err := m.Description.Digest()
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(digest+m.asked()))), err
}

// Identity is a digest of what a logit depends on here: the rest is Version.
func (m *Model) Identity() (string, error) {
	h := sha256.New()
	err := m.AddFiles(h)
	fmt.Fprint(h, m.asked())
	return fmt.Sprintf("%x", h.Sum(nil)), err
}

// Version of what scores; ok is false while it is not known.
func (m *Model) Version() (version string, ok bool) { return m.scorer.pool.Version() }

// Epoch grows whenever Version changes.
func (m *Model) Epoch() uint64 { return m.scorer.pool.Epoch() }

// States of the backends.
func (m *Model) States() []remote.BackendState { return m.scorer.pool.States() }

// Warm waits a moment for a backend. That none is ready is no error.
func (m *Model) Warm(ctx context.Context) error { return m.scorer.pool.Warm(ctx) }

// Stats of its queue.
func (m *Model) Stats() batch.Stats { return m.queue.Stats() }

// Close refuses new pairs and waits for those in the queue until ctx is done.
func (m *Model) Close(ctx context.Context) error {
	return errors.Join(m.queue.Close(ctx), m.scorer.pool.Close())
}

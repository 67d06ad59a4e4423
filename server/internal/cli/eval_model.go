package cli

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/splitrank/splitrank/server/internal/evaluation"
	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/vectors"
)

// behindScores is the first model loaded, and the one that shares the languages with
// it, with a file of scores before them if there is one; nil where none is loaded.
func behindScores(loaded models, path string) (_ *rerank.Served, closeAll func() error, err error) {
	closeModel := func() error { return loaded.close(context.Background()) }
	switch {
	case len(loaded) == 0 && path != "":
		return nil, nil, errors.New("--scores holds the logits of a model, and none is loaded")
	case len(loaded) == 0:
		return nil, closeModel, nil
	}
	served := measured(loaded[0], loaded[0])
	if loaded.shareLanguages() {
		served.Else = measured(loaded[1], loaded[1])
	}
	if path == "" {
		return served, closeModel, nil
	}
	scores, err := openScores(path, loaded[0])
	if err != nil {
		return nil, nil, errors.Join(err, closeModel())
	}
	served.Model = scores
	return served, func() error { return errors.Join(scores.Close(), closeModel()) }, nil
}

// first is the model that chooses, which is loaded behind the measured one; nil =
// there is none.
func (c *evalCmd) first(loaded models) *rerank.Served {
	if c.FirstModel == "" || len(loaded) < 2 {
		return nil
	}
	return measured(loaded[1], loaded[1])
}

// measured is a model as the engine knows it, behind what its pairs go through.
func measured(m servedModel, behind rerank.PairModel) *rerank.Served {
	return &rerank.Served{Names: m.Names(), Model: behind}
}

// tune the model that is measured, if there is one, as serve would.
func (c *evalCmd) tune(model *rerank.Served, loaded models) error {
	tunings, err := c.tunings(loaded)
	if err == nil && model != nil {
		model.Tuning = tunings[0]
		if model.Else != nil {
			model.Else.Tuning = tunings[1]
		}
	}
	return err
}

// model to measure; none where none is asked for, or none is named and the
// default cannot be loaded.
func (c *evalCmd) model(env *Env) (models, *vectors.Store, error) {
	if !c.asksModel() {
		return nil, nil, nil
	}
	options := c.options()
	options.QueueTokens = math.MaxInt32 // the workers bound themselves
	loaded, store, err := c.loadKeeping(options, sharedLevel{}, warnOn(env), func(o lateinteraction.Options) (models, error) {
		return c.load(env.Ctx, []string{c.Model}, o, func(err error) { warnOn(env)(fmt.Errorf("measuring no model: %w", err)) })
	})
	if err != nil {
		return nil, nil, err
	}
	if err := loaded.warm(env.Ctx); err != nil {
		return nil, nil, errors.Join(err, loaded.close(context.Background()), closeStore(store))
	}
	return loaded, store, nil
}

// openScores is for models that read pairs: of one that reads documents apart a file of
// logits would leave out what documents say of each other.
func openScores(path string, m servedModel) (*evaluation.Scores, error) {
	if _, apart := m.(*lateinteraction.Model); apart {
		return nil, fmt.Errorf("--scores keeps the logits of pairs, and %s reads documents apart from the query: leave it out, --vectors keeps what was read", m.Name())
	}
	identity, err := m.Identity()
	if err != nil {
		return nil, err
	}
	version, ok := versionOf(m)
	if !ok {
		return nil, errors.New("--scores keeps the logits of one model, and no backend says yet which it serves")
	}
	identity += version
	return evaluation.OpenScores(path, m, identity)
}

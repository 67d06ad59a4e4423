package cli

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/crossencoder"
	"github.com/splitrank/splitrank/server/internal/evaluation"
)

// measured is a cross-encoder as eval sees it.
type measured struct{ *crossencoder.Model }

// Reads implements evaluation.Model.
func (m measured) Reads(query string, documents []heuristics.Document) []bool {
	reads := make([]bool, len(documents))
	if !m.Model.Reads(query) {
		return reads
	}
	for i, d := range documents {
		reads[i] = m.Model.Reads(crossencoder.Text(d.Title, d.Text))
	}
	return reads
}

// Value implements evaluation.Model.
func (m measured) Value(logit, heuristic float64) float64 {
	return m.Calibration().Value(logit, heuristic)
}

// Logits implements evaluation.Model.
func (m measured) Logits(ctx context.Context, query string, documents []heuristics.Document) ([]float64, int, error) {
	texts := make([]string, len(documents))
	for i, d := range documents {
		texts[i] = crossencoder.Text(d.Title, d.Text)
	}
	answer, err := m.Score(ctx, query, texts)
	return answer.Logits, len(answer.Logits), err
}

// open loads the model, with the file of scores before it; nil where none is
// asked for, or none is named and the default cannot be loaded.
func (c *evalCmd) open(env *Env) (_ evaluation.Model, closeAll func() error, err error) {
	loaded, err := c.model(env)
	if err != nil {
		return nil, nil, err
	}
	closeModel := func() error { return loaded.close(context.Background()) }
	switch {
	case len(loaded) == 0 && c.Scores != "":
		return nil, nil, errors.New("--scores holds the logits of a model, and none is loaded")
	case len(loaded) == 0:
		return nil, closeModel, nil
	case c.Scores == "":
		return measured{loaded[0]}, closeModel, nil
	}
	scores, err := openScores(c.Scores, loaded[0])
	if err != nil {
		return nil, nil, errors.Join(err, closeModel())
	}
	return scores, func() error { return errors.Join(scores.Close(), closeModel()) }, nil
}

func (c *evalCmd) model(env *Env) (models, error) {
	if !c.asksModel() {
		return nil, nil
	}
	options := c.options()
	options.QueueTokens = math.MaxInt32 // the workers bound themselves
	return c.load(env.Ctx, []string{c.Model}, options, func(err error) {
		fmt.Fprintln(env.Stderr, "splitrank: warning: measuring no model: "+oneLine(err.Error()))
	})
}

func openScores(path string, m *crossencoder.Model) (*evaluation.Scores, error) {
	identity, err := m.Identity()
	if err != nil {
		return nil, err
	}
	return evaluation.OpenScores(path, measured{m}, identity)
}

package cli

import (
	"context"
	"errors"
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
// asked for.
func (c *evalCmd) open(ctx context.Context) (_ evaluation.Model, closeAll func() error, err error) {
	if !c.hasModel() {
		return nil, func() error { return nil }, nil
	}
	options := c.options()
	options.QueueTokens = math.MaxInt32 // the workers bound themselves
	loaded, err := c.load(ctx, []string{c.Model}, options)
	if err != nil {
		return nil, nil, err
	}
	closeModel := func() error { return loaded.close(context.Background()) }
	if c.Scores == "" {
		return measured{loaded[0]}, closeModel, nil
	}
	scores, err := openScores(c.Scores, loaded[0])
	if err != nil {
		return nil, nil, errors.Join(err, closeModel())
	}
	return scores, func() error { return errors.Join(scores.Close(), closeModel()) }, nil
}

func openScores(path string, m *crossencoder.Model) (*evaluation.Scores, error) {
	identity, err := m.Identity()
	if err != nil {
		return nil, err
	}
	return evaluation.OpenScores(path, measured{m}, identity)
}

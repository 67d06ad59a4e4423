package ort

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"

	"github.com/splitrank/splitrank/server/internal/token"
)

// PairInputs makes of pairs what the graph of a cross-encoder takes, and of the
// logits that it gives scores. It needs no ONNX Runtime: a graph that another engine
// runs takes and gives the same. It is safe for concurrent use.
type PairInputs struct {
	head       head
	tokenizer  *token.Tokenizer
	writer     *token.Pairs
	maxLength  int
	vocabulary int
}

// Tensors are a batch of pairs, padded to the longest, row after row.
type Tensors struct {
	Rows, Width int
	// IDs, Mask and Types have Rows × Width values each.
	IDs, Mask, Types []int64
}

// LoadPairInputs reads config.json and tokenizer.json of a folder whose graph runs
// elsewhere. types says that it takes token_type_ids, labels how many logits it gives
// for a pair, 1 or 2; 0 = config.json says so. An error is one line that names the
// folder.
func LoadPairInputs(dir string, types bool, labels int, o Options) (*PairInputs, error) {
	p, err := loadPairInputs(os.DirFS(dir), types, labels, o.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("loading model %q: %w", dir, err)
	}
	return p, nil
}

func loadPairInputs(files fs.FS, types bool, labels int, o Options) (*PairInputs, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	c, err := readConfig(files)
	if err != nil {
		return nil, err
	}
	p := &PairInputs{vocabulary: c.Vocabulary}
	if p.maxLength, err = c.maxLengthWithin(files, o.MaxLength); err != nil {
		return nil, err
	}
	if err := p.loadTokenizer(files, o.Tokenizer); err != nil {
		return nil, err
	}
	if types {
		if err := p.checkTypes(c); err != nil {
			return nil, err
		}
	}
	p.head, err = newHead(labels, c)
	return p, err
}

func (p *PairInputs) loadTokenizer(files fs.FS, o token.Options) (err error) {
	if p.tokenizer, err = token.LoadFS(files, "tokenizer.json", o); err != nil {
		return err
	}
	if err = p.tokenizer.CheckVocabulary(p.vocabulary); err != nil {
		return err
	}
	p.writer, err = p.tokenizer.Pairs(token.Limits{MaxLength: p.maxLength})
	return err
}

// checkTypes refuses a tokenizer that gives types which a graph with
// token_type_ids does not know.
func (p *PairInputs) checkTypes(c *config) error {
	if c.Types <= 0 {
		return nil
	}
	return p.tokenizer.CheckTypes(c.Types)
}

// MaxLength is the number of tokens that a pair may have.
func (p *PairInputs) MaxLength() int { return p.maxLength }

// Labels is how many logits the graph gives for a pair, 1 or 2.
func (p *PairInputs) Labels() int { return p.head.labels }

// Pairs joins queries and documents for this model. A MaxLength of 0 is the
// model's, a larger one is an error.
func (p *PairInputs) Pairs(l token.Limits) (*token.Pairs, error) {
	if l.MaxLength == 0 {
		l.MaxLength = p.maxLength
	}
	if l.MaxLength > p.maxLength {
		return nil, fmt.Errorf("pairs of %d tokens for a model of %d", l.MaxLength, p.maxLength)
	}
	return p.tokenizer.Pairs(l)
}

// Unspelled is the share of the letters of a text that the vocabulary lacks.
func (p *PairInputs) Unspelled(text string) float64 { return p.tokenizer.Unspelled(text) }

// Length returns the number of tokens of a pair, special tokens included.
func (p *PairInputs) Length(pair token.Pair) int { return p.writer.Length(pair) }

// Tensors are the pairs as one batch.
func (p *PairInputs) Tensors(pairs []token.Pair) (Tensors, error) {
	var in input
	err := p.fill(&in, pairs)
	return Tensors{in.rows, in.width, in.ids, in.mask, in.types}, err
}

// fill writes the pairs as one batch as wide as the longest.
func (p *PairInputs) fill(in *input, pairs []token.Pair) error {
	width := 0
	for _, pair := range pairs {
		width = max(width, p.Length(pair))
	}
	if width > p.maxLength {
		return fmt.Errorf("a pair of %d tokens for a model of %d", width, p.maxLength)
	}
	in.shape(len(pairs), width)
	for i, pair := range pairs {
		ids, types, mask := in.row(i)
		p.writer.Write(ids, types, mask, pair)
	}
	return nil
}

// Scores are what the logits of a batch mean, Labels for each pair. NaN and
// infinities are a *NotFiniteError, beside the scores of the other pairs.
func (p *PairInputs) Scores(logits []float32) ([]float32, error) {
	var bad []int
	scores := make([]float32, 0, len(logits)/p.head.labels)
	for row := range slices.Chunk(logits, p.head.labels) {
		score := p.head.score(row)
		if f := float64(score); math.IsNaN(f) || math.IsInf(f, 0) {
			bad = append(bad, len(scores))
		}
		scores = append(scores, score)
	}
	if bad != nil {
		return scores, &NotFiniteError{bad, scores[bad[0]]}
	}
	return scores, nil
}

package lateinteraction

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/splitrank/splitrank/server/internal/colbert"
	"github.com/splitrank/splitrank/server/internal/modelfiles"
	"github.com/splitrank/splitrank/server/internal/ort"
)

// family is what a ColBERT model from elsewhere has of its own. The zero value is a
// model made for this program.
type family struct {
	colbert    *colbert.Settings   // nil = made for this program
	projection *colbert.Projection // nil = the graph gives the vectors that are compared
}

// usual is the formula of a ColBERT model whose config.json has none: MaxSim as a mean
// over the query's tokens, from -1 to 1, of which answers have more than 0.6 and others
// less, about.
// see RATIONALE: why-a-colbert-logit-is-a-scaled-mean
var usual = modelfiles.LateInteraction{Match: 20, Shift: -12}

// Is reports whether files are those of a late-interaction model, of either origin.
func Is(files fs.FS, own modelfiles.Settings) (bool, error) {
	if own.LateInteraction != nil {
		return true, nil
	}
	_, err := colbert.Read(files)
	if errors.Is(err, colbert.ErrNone) {
		return false, nil
	}
	return err == nil, err
}

func readFamily(files fs.FS, own modelfiles.Settings) (family, error) {
	s, err := colbert.Read(files)
	if err == nil {
		return family{colbert: &s}, nil
	}
	if !errors.Is(err, colbert.ErrNone) {
		return family{}, err
	}
	if own.LateInteraction == nil {
		return family{}, errors.New(`its config.json has no "late_interaction" under "splitrank", and ` + err.Error())
	}
	return family{}, nil
}

// formula of the model: its own, or the usual one without the tokens of the skip list.
func (f family) formula(own *modelfiles.LateInteraction) modelfiles.LateInteraction {
	formula := usual
	if own != nil {
		formula = *own
	}
	if f.colbert != nil {
		formula.Skip = append(append([]int32(nil), formula.Skip...), f.colbert.SkipIDs...)
	}
	return formula
}

// dimensions of a vector where the graph leaves them open; 0 = not known.
func (f family) dimensions() int {
	if f.colbert == nil {
		return 0
	}
	return f.colbert.Dimensions
}

// project reads what follows the graph.
func (f *family) project(files fs.FS, encoder *ort.Encoder) (err error) {
	if f.colbert != nil {
		f.projection, err = colbert.ReadProjection(files, encoder.Output(), encoder.Dimensions())
	}
	return err
}

// width of a vector as it is compared.
func (f family) width(encoder *ort.Encoder) int {
	width := encoder.Dimensions()
	if f.projection != nil {
		width = f.projection.Dimensions()
	}
	if f.colbert != nil {
		width = (width + widthStep - 1) / widthStep * widthStep
	}
	return width
}

// widthStep divides the dimensions of a maxsim.Layout. Vectors of others are filled up
// with zeros, which change no product.
const widthStep = 32

func (f family) texts(encoder *ort.Encoder, formula modelfiles.LateInteraction) (*colbert.Texts, error) {
	s := colbert.Plain(encoder.MaxLength())
	if f.colbert != nil {
		s = *f.colbert
	}
	s.QueryPrefix, s.DocumentPrefix = formula.QueryPrefix, formula.DocumentPrefix
	for _, prefix := range [][]int32{s.QueryPrefix, s.DocumentPrefix} {
		if err := encoder.Tokenizer().CheckIDs(prefix); err != nil {
			return nil, fmt.Errorf("its config.json: a prefix under late_interaction: %w", err)
		}
	}
	return s.Texts(encoder.Tokenizer(), encoder.MaxLength())
}

// finish makes what is compared, n vectors of that width, out of what the graph gave.
func (f family) finish(tokens []float32, n, width int) []float32 {
	if f.colbert == nil {
		return tokens
	}
	if f.projection != nil {
		tokens = f.projection.Apply(tokens)
	}
	own := len(tokens) / n
	colbert.Normalize(tokens, own)
	if own == width {
		return tokens
	}
	filled := make([]float32, n*width)
	for i := range n {
		copy(filled[i*width:], tokens[i*own:][:own])
	}
	return filled
}

// spelled names all that makes vectors other ones; nothing for a model made for this
// program.
func (f family) spelled() string {
	if f.colbert == nil {
		return ""
	}
	text := fmt.Sprintf(", ColBERT %+v", *f.colbert)
	if f.projection != nil {
		text += ", projected by " + f.projection.Digest()
	}
	return text
}

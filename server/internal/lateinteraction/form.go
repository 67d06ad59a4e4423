package lateinteraction

import (
	"errors"

	"github.com/splitrank/splitrank/server/internal/maxsim"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/shared/answer"
)

// encode makes the kept form of a document: that of each of its parts, one after the
// other.
func (m *Model) encode(t text, parts []ort.Vectors) (form []byte, err error) {
	for i, v := range parts {
		tokens := m.kept(t.parts[i].IDs, v.Tokens)
		if form, err = m.layout.Encode(form, tokens, v.Mean, t.cut); err != nil {
			return nil, err
		}
	}
	return form, nil
}

// kept are the vectors of the tokens that are not skipped.
func (m *Model) kept(ids []int32, tokens []float32) []float32 {
	if len(m.skip) == 0 {
		return tokens
	}
	kept := make([]float32, 0, len(tokens))
	for i, id := range ids {
		if _, skipped := m.skip[id]; !skipped {
			kept = append(kept, tokens[i*m.layout.Dimensions:(i+1)*m.layout.Dimensions]...)
		}
	}
	return kept
}

// errForm is for bytes that are no kept document.
var errForm = errors.New("these are not the vectors of a document")

// leastForm is the length of the shortest one.
const leastForm = 16

// split finds the parts of a kept document and checks each.
func (m *Model) split(form []byte) (parts [][]byte, err error) {
	for len(form) > 0 {
		if len(form) < leastForm {
			return nil, errForm
		}
		n := m.layout.Size(m.layout.Tokens(form))
		if n < leastForm || n > len(form) {
			return nil, errForm
		}
		if err := m.layout.Check(form[:n]); err != nil {
			return nil, err
		}
		parts, form = append(parts, form[:n]), form[n:]
	}
	if len(parts) == 0 {
		return nil, errForm
	}
	return parts, nil
}

// compare a query with the parts of a document: their logit, and the vector and matches
// of the part with the highest.
func (m *Model) compare(q *maxsim.Query, parts [][]byte, c cutter) answer.Score {
	logits, best := make([]float64, len(parts)), 0
	matches, others := make([]float32, q.Tokens()), make([]float32, q.Tokens())
	for i, part := range parts {
		cosine, match := q.CompareEach(part, others)
		logits[i] = float64(m.formula.Cosine*cosine) + float64(m.formula.Match*match) + m.formula.Shift
		if i == 0 || logits[i] > logits[best] {
			best, matches, others = i, others, matches
		}
	}
	s := answer.Score{Logit: modelserving.Fold(logits, c.windowScore), Matches: matches, Weights: q.Weights()}
	if d := m.layout.MeanDimensions; d > 0 {
		s.Vector = m.layout.AppendMean(make([]int8, 0, d), parts[best])
	}
	return s
}

package crossencoder

import (
	"context"
	"fmt"

	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/shared/api"
)

// reading is what a model is to read about the documents of a query.
type reading struct {
	// pairs of all documents, one document after the other.
	pairs []token.Pair
	// ends are where the pairs of each document end: one pair each, or one for
	// each window.
	ends  []int
	score api.WindowScore
}

// read tokenizes the query once and each document as far as it is needed. Of
// no truncation it takes the model's own.
func (m *Model) read(ctx context.Context, query string, documents []string, t *api.Truncation) (reading, error) {
	if err := m.enter(ctx); err != nil {
		return reading{}, err
	}
	defer m.leave()
	w, err := m.reader(query, t)
	if err != nil {
		return reading{}, err
	}
	r := reading{pairs: make([]token.Pair, 0, len(documents)), ends: make([]int, len(documents)), score: w.score}
	for i, text := range documents {
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		if r.pairs, err = w.add(r.pairs, text); err != nil {
			return r, fmt.Errorf("joining query and document %d: %w", i, err)
		}
		r.ends[i] = len(r.pairs)
	}
	return r, nil
}

// reader makes the pairs of one query.
type reader struct {
	pairs   *token.Pairs
	query   token.Query
	windows *token.Windows // nil = a document is one pair
	score   api.WindowScore
}

func (m *Model) reader(query string, t *api.Truncation) (reader, error) {
	if t == nil {
		t = &m.truncation
	}
	pairs, err := m.loaded.Pairs(token.Limits{Strategy: token.Strategy(t.Strategy), MaxQuery: t.MaxQueryTokens})
	if err != nil {
		return reader{}, err
	}
	q, err := pairs.Query(query)
	if err != nil {
		return reader{}, err
	}
	r := reader{pairs: pairs, query: q}
	if w := t.Windows; w != nil {
		r.windows, r.score = &token.Windows{Size: w.Size, Stride: w.Stride, Max: w.Count}, w.Score
		if w.Count == 0 {
			r.windows.Max = api.DefaultWindows
		}
	}
	return r, nil
}

// add appends the pairs of one document.
func (r reader) add(to []token.Pair, text string) ([]token.Pair, error) {
	if r.windows == nil {
		ids, err := r.pairs.Document(nil, r.query, text)
		if err != nil {
			return to, err
		}
		pair, err := r.pairs.Join(r.query, ids)
		return append(to, pair), err
	}
	ids, err := r.pairs.WindowDocument(nil, r.query, text, *r.windows)
	if err != nil {
		return to, err
	}
	return r.pairs.Windows(to, r.query, ids, *r.windows)
}

// logits of the documents from those of the pairs.
func (r reading) logits(all []float64) []float64 {
	list := make([]float64, len(r.ends))
	start := 0
	for i, end := range r.ends {
		list[i] = fold(all[start:end], r.score)
		start = end
	}
	return list
}

// fold makes one logit of those of a document's windows.
func fold(windows []float64, score api.WindowScore) float64 {
	best, second := windows[0], windows[0]
	for i, logit := range windows[1:] {
		if logit > best {
			best, second = logit, best
		} else if i == 0 || logit > second {
			second = logit
		}
	}
	if score == api.BestTwoWindows {
		return (best + second) / 2
	}
	return best
}

// truncated tells which documents have a pair that leaves something out.
func (r reading) truncated() []bool {
	list := make([]bool, len(r.ends))
	start := 0
	for i, end := range r.ends {
		for _, p := range r.pairs[start:end] {
			list[i] = list[i] || p.Truncated
		}
		start = end
	}
	return list
}

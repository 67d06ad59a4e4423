package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/splitrank/splitrank/heuristics"
)

// Model gives the logits of a query's documents, in their order, and says how
// many pairs it had to run for them.
type Model interface {
	Name() string
	// Reads tells which documents are in a language of the model, none where the
	// query is not.
	Reads(query string, documents []heuristics.Document) []bool
	// Value orders documents by a logit and a heuristic score.
	Value(logit, heuristic float64) float64
	Logits(ctx context.Context, query string, documents []heuristics.Document) (logits []float64, ran int, err error)
}

// accurate orders by a model's logits, calibrated as they are served, ties as
// they were shown. What the model does not read follows in the order of the
// heuristics.
type accurate struct {
	model Model
	cheap *lexical
}

// Order implements Orderer.
func (a accurate) Order(ctx context.Context, t Task) (Outcome, error) {
	reads := a.model.Reads(t.Query, t.Documents)
	order, read := []int{}, []heuristics.Document{}
	for i, d := range t.Documents {
		if reads[i] {
			order, read = append(order, i), append(read, d)
		}
	}
	ranking, err := a.cheap.rank(t, a.cheap.options(t))
	if err != nil {
		return Outcome{}, err
	}
	ran, err := a.sort(ctx, t, ranking, order, read)
	for _, item := range ranking.Items {
		if !reads[item.Index] {
			order = append(order, item.Index)
		}
	}
	return Outcome{Order: order, Scored: ran}, err
}

// sort puts the documents of order, which are read, into the model's.
func (a accurate) sort(ctx context.Context, t Task, cheap heuristics.Ranking, order []int, read []heuristics.Document) (ran int, err error) {
	if len(read) == 0 {
		return 0, nil
	}
	logits, ran, err := a.model.Logits(ctx, t.Query, read)
	if err != nil {
		return 0, err
	}
	if len(logits) != len(read) {
		return 0, fmt.Errorf("the model gave %d logits for %d documents", len(logits), len(read))
	}
	value := make([]float64, len(t.Documents))
	for _, item := range cheap.Items {
		value[item.Index] = item.Score.Float()
	}
	for i, document := range order {
		value[document] = a.model.Value(logits[i], value[document])
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(value[y], value[x]) })
	return ran, nil
}

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
	Logits(ctx context.Context, query string, documents []heuristics.Document) (logits []float64, ran int, err error)
}

// accurate orders by a model's logits alone, ties as they were shown. What the
// model does not read follows in the order of the heuristics, as it is served.
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
	ran, err := a.sort(ctx, t, order, read)
	if err != nil || len(order) == len(t.Documents) {
		return Outcome{Order: order, Scored: ran}, err
	}
	rest, err := a.cheap.Order(ctx, t)
	for _, i := range rest.Order {
		if !reads[i] {
			order = append(order, i)
		}
	}
	return Outcome{Order: order, Scored: ran}, err
}

// sort puts the documents of order, which are read, into the model's.
func (a accurate) sort(ctx context.Context, t Task, order []int, read []heuristics.Document) (ran int, err error) {
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
	of := make(map[int]float64, len(order))
	for i, document := range order {
		of[document] = logits[i]
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(of[y], of[x]) })
	return ran, nil
}

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
	Logits(ctx context.Context, query string, documents []heuristics.Document) (logits []float64, ran int, err error)
}

// accurate orders by a model's logits alone, ties as they were shown.
type accurate struct{ model Model }

// Order implements Orderer.
func (a accurate) Order(ctx context.Context, t Task) (Outcome, error) {
	logits, ran, err := a.model.Logits(ctx, t.Query, t.Documents)
	if err != nil {
		return Outcome{}, err
	}
	if len(logits) != len(t.Documents) {
		return Outcome{}, fmt.Errorf("the model gave %d logits for %d documents", len(logits), len(t.Documents))
	}
	order := inOrder(len(logits))
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(logits[y], logits[x]) })
	return Outcome{Order: order, Scored: ran}, nil
}

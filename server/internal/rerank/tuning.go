package rerank

import "github.com/splitrank/splitrank/heuristics"

// Tuning is what was measured for a model on judged data. The zero value is a
// model that nothing was measured for.
type Tuning struct {
	// Name that answers call it by.
	Name string
	// Rule is the budget of requests that name no number of documents.
	Rule heuristics.Budget
	// Relevance takes the place of the model's own calibration, unless it is
	// the zero value.
	Relevance Calibration
}

// relevance is how the model's logits are read.
func (c cascade) relevance() Calibration {
	if c.tuning.Relevance != (Calibration{}) {
		return c.tuning.Relevance
	}
	return c.model.Calibration()
}

package answer

import (
	"math"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// blend is a Calibration for the results of one request: calibrated logit,
// heuristic score, first-stage prior, weighted by how well the logits and the
// retriever agree here, and what the scored documents say of each other.
// See RATIONALE: why-score-fusion.
type blend struct {
	calibration Calibration
	// ranks of the documents in the first stage, by index, from 0.
	ranks []int
	// priors are what each document's rank in the first stage says for it, by
	// index; nil where weight = FirstStage · agreement is 0.
	priors []float64
	weight float64
	// rarities and feedback of the documents, by index, 0 in the mean of those that are
	// scored; nil = they have no weight.
	rarities, feedback []float64
}

// newBlend of results, those with a logit by the scores that they have it from, which go by
// the index of their document. For n documents it takes O(n log n), and a few products with
// each vector. Logarithms and exponentials differ in their last bit between processors, as
// logits do: near ties may fall either way.
func newBlend(c Calibration, req *api.Request, results []api.Result, scores []*Score) blend {
	b := blend{calibration: c, ranks: ranksOf(req)}
	if c.FirstStage > 0 && req.FirstStage == heuristics.Given {
		priors := priorsOf(b.ranks)
		if b.weight = c.FirstStage * agreement(priors, results); b.weight > 0 {
			b.priors = centred(priors, results)
		}
	}
	if c.Rarity > 0 {
		b.rarities = centred(raritiesOf(scores), results)
	}
	if c.Feedback > 0 {
		b.feedback = centred(b.feedbackOf(results, scores), results)
	}
	return b
}

// value is what orders scored results; its sigmoid is the relevance score.
func (b blend) value(result *api.Result) float64 {
	return b.beside(b.model(result), result)
}

// model is the part of a value that comes of what the model says.
func (b blend) model(result *api.Result) float64 {
	c := b.calibration
	if c == (Calibration{}) {
		return *result.Logit
	}
	v := float64(c.Logit**result.Logit) + float64(c.Rarity*at(b.rarities, result.Index))
	return v + float64(c.Feedback*at(b.feedback, result.Index))
}

// beside is the value of a result that the model says so much of.
func (b blend) beside(model float64, result *api.Result) float64 {
	c := b.calibration
	if c == (Calibration{}) {
		return model
	}
	v := model + float64(c.Heuristic*result.HeuristicScore) + c.Shift
	return v + float64(b.weight*at(b.priors, result.Index))
}

// explain takes the values of scored results apart, where they have an explanation.
func (b blend) explain(results []api.Result) {
	for i := range results {
		if r := &results[i]; r.Logit != nil {
			r.Explanation = withBlend(r.Explanation, &api.Blend{Terms: b.terms(r), Sum: b.value(r)})
		}
	}
}

// terms of a value, whose contributions sum to it but for rounding.
func (b blend) terms(result *api.Result) []api.Term {
	c := b.calibration
	if c == (Calibration{}) {
		return []api.Term{term("logit", *result.Logit, 1)}
	}
	terms := []api.Term{term("logit", *result.Logit, c.Logit), term("heuristic", result.HeuristicScore, c.Heuristic)}
	for _, of := range []struct {
		name   string
		list   []float64
		weight float64
	}{{"first_stage", b.priors, b.weight}, {"rarity", b.rarities, c.Rarity}, {"feedback", b.feedback, c.Feedback}} {
		if of.list != nil {
			terms = append(terms, term(of.name, of.list[result.Index], of.weight))
		}
	}
	return append(terms, term("shift", c.Shift, 1))
}

func term(name string, raw, weight float64) api.Term {
	return api.Term{Name: name, Raw: raw, Weight: weight, Contribution: float64(raw * weight)}
}

// withBlend is a copy of an explanation, which the plan shares; nil of nil.
func withBlend(e *api.Explanation, b *api.Blend) *api.Explanation {
	if e == nil {
		return nil
	}
	with := *e
	with.Blend = b
	return &with
}

// withModels is a copy of the plan's own explanation with what a part's says of models;
// nil of nil.
func withModels(own, part *api.Explanation) *api.Explanation {
	if own == nil || part == nil {
		return own
	}
	with := *own
	with.Blend, with.LLM = part.Blend, part.LLM
	return &with
}

// ranksOf documents in the first stage, by index, from 0; in a hidden order their
// positions.
func ranksOf(req *api.Request) []int {
	docs, ranks := make([]heuristics.Document, len(req.Documents)), make([]int, len(req.Documents))
	for i := range docs {
		docs[i].Rank = req.Documents[i].Rank
	}
	for rank, i := range heuristics.OrderByFirstStage(docs, req.FirstStage) {
		ranks[i] = rank
	}
	return ranks
}

// priorsOf documents with these ranks: 1 − log(rank)/log(n+1) for ranks from 1, as
// in the heuristics.
func priorsOf(ranks []int) []float64 {
	priors, all := make([]float64, len(ranks)), math.Log(float64(len(ranks)+1))
	for i, rank := range ranks {
		priors[i] = 1 - math.Log(float64(rank+1))/all
	}
	return priors
}

// centred takes the mean of what is scored from values by document, so that they move no
// relevance score on average. NaN is no value, and becomes 0. nil of nil.
func centred(values []float64, results []api.Result) []float64 {
	sum, n := 0.0, 0
	for i := range results {
		if v := at(values, results[i].Index); results[i].Logit != nil && !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	for i := range values {
		if values[i] -= sum / float64(max(n, 1)); math.IsNaN(values[i]) {
			values[i] = 0
		}
	}
	return values
}

// Values of the results that have a logit, in their order, by the scores that they have it
// from, by document: each orders its result, and its sigmoid is the relevance score before neighbours bound it.
func (c Calibration) Values(req *api.Request, results []api.Result, scores []*Score) (values []float64) {
	b := newBlend(c, req, results, scores)
	for i := range results {
		if results[i].Logit != nil {
			values = append(values, b.value(&results[i]))
		}
	}
	return values
}

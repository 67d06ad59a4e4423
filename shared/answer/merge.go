package answer

import (
	"cmp"
	"math"
	"slices"

	"github.com/splitrank/splitrank/shared/api"
)

// Score is what a model said about one document.
type Score struct {
	// Document by its index in the request.
	Document int
	// Logit is finite; calibrated, its sigmoid is the probability of relevance.
	Logit float64
	// Truncated says that the model did not see the document to its end.
	Truncated bool
	// Cached says that the score itself was remembered.
	Cached bool
	// Known says that what the model had read of the document was remembered.
	Known bool
	// By names the kind of model; "" = a cross-encoder.
	By string
	// Vector of the document: the cosine of two says how alike two documents are. Empty = the
	// model has none. Those of a request are of one length.
	Vector []int8
	// Matches of the document with the tokens of the query, each from -1 to 1, in the order
	// of Weights. Empty = the model compares no tokens.
	Matches []float32
	// Weights of the tokens of the query, which its documents share: the logit knows
	// Σ weight · match.
	Weights []float64
}

// Merge puts the scores of a model, of each document by its index or nil, on top
// of the plan. waiting says which documents a score is still to come for, and unread
// which ones the model was not asked about because it cannot read them; nil = none.
// Invariants of the results:
//
//  1. All documents are there, each once.
//  2. Scored documents change places among themselves: the highest blended value
//     first, ties by first-stage rank, in a hidden order by position. See Calibration.
//  3. A document that waits for a score keeps its place among them, down to the
//     last that has one: to put a few scored ones in front would bury what the
//     heuristics are sure of. One that is unread stands where the least that the
//     model says of any would put it, and one that only an earlier model scored, once
//     nothing waits, where that one's score foretells this one's.
//  4. All others follow in the order of the heuristics.
//  5. The relevance score of a scored document is that of its value, and none rises: see
//     setRelevance and Join.
//  6. Diversity re-orders the documents of rules 2 and 3 among themselves, or all
//     where none is scored. The scores stay. See RATIONALE: why-waiting-documents-keep-their-place.
func (p Plan) Merge(scores []*Score, waiting, unread []bool, c Calibration) []api.Result {
	front, _ := p.merged(scores, waiting, unread, c)
	p.diversify(front)
	return p.join(front)
}

// Stage is the plan of a model that comes after another one: its documents are in
// the order of the merge of that one's scores, before diversity, and the best n of
// them are kept. What the later model does not score keeps the logit that it has, and
// stands where both together put it.
// See RATIONALE: why-an-earlier-model-may-overtake.
func (p Plan) Stage(scores []*Score, unread []bool, c Calibration, n int) Plan {
	ranker := p.ranker
	p.ranker = nil // join would diversify where nothing is scored
	front, b := p.merged(scores, nil, unread, c)
	p.earlier = make([]*float64, len(p.req.Documents))
	for i := range front {
		if front[i].Logit != nil {
			v := b.value(&front[i])
			p.earlier[front[i].Index] = &v
		}
	}
	p.Results = p.join(front)
	p.ranker, p.Kept = ranker, make([]int, 0, n)
	for _, r := range p.Results[:min(n, len(p.Results))] {
		p.Kept = append(p.Kept, r.Index)
	}
	return p
}

// merged are the documents down to the last that is scored, in their order.
// values of the blend order them.
func (p Plan) merged(scores []*Score, waiting, unread []bool, c Calibration) ([]api.Result, blend) {
	front := p.front(scores, waiting)
	b := newBlend(c, p.req, front, scores)
	b.order(front)
	front = b.placeUnread(scoredFront(front), p.Results, unread)
	front = b.placeEarlier(front, p.Results, p.earlier, waiting)
	setRelevance(front, b)
	b.explain(front)
	return front, b
}

// Join puts results that another tier has merged in front: those of part down to
// the last that a model scored, in their order and with their scores. What the
// part says of heuristics is left out, because the plan saw all documents. The
// others follow in the order of the heuristics, none with a higher relevance
// score than the lowest in front. of[i] is the document that the part calls i;
// nil = it calls all as the request does. Check holds a part to what is relied on
// here. See RATIONALE: why-diversity-re-orders-what-was-scored.
func (p Plan) Join(part []api.Result, of []int) []api.Result {
	front := slices.Clone(scoredFront(part))
	for i := range front {
		if of != nil {
			front[i].Index = of[front[i].Index]
		}
	}
	return p.join(front)
}

// join puts front, whose documents go by their index in the request, before the
// others. See RATIONALE: why-unscored-documents-are-capped.
func (p Plan) join(front []api.Result) []api.Result {
	own := p.byDocument()
	out, least := make([]api.Result, 0, len(p.Results)), 1.0
	for _, r := range front {
		out = append(out, scoredAs(*own[r.Index], r))
		own[r.Index], least = nil, min(least, r.RelevanceScore)
	}
	for i := range p.Results {
		if r := own[p.Results[i].Index]; r != nil {
			out = append(out, cappedAt(least, *r))
		}
	}
	if len(front) == 0 {
		p.diversify(out)
	}
	return out
}

// byDocument are the results of the plan by the index of their document.
func (p Plan) byDocument() []*api.Result {
	own := make([]*api.Result, len(p.req.Documents))
	for i := range p.Results {
		own[p.Results[i].Index] = &p.Results[i]
	}
	return own
}

func cappedAt(most float64, r api.Result) api.Result {
	r.RelevanceScore = min(r.RelevanceScore, most)
	return r
}

// front are the results that are scored or wait for a score, in the order of the
// heuristics.
func (p Plan) front(scores []*Score, waiting []bool) []api.Result {
	var front []api.Result
	for _, r := range p.Results {
		switch s := at(scores, r.Index); {
		case s != nil:
			logit := s.Logit
			r.Logit, r.Truncated, r.ScoredBy = &logit, s.Truncated, cmp.Or(s.By, string(api.CrossEncoder))
			front = append(front, r)
		case at(waiting, r.Index):
			r.Logit = nil // what it has is an earlier model's
			front = append(front, r)
		}
	}
	return front
}

// at is the element of a list that may be nil.
func at[T any](list []T, i int) (element T) {
	if i < len(list) {
		element = list[i]
	}
	return element
}

// scoredFront are the results down to the last that a model scored.
func scoredFront(results []api.Result) []api.Result {
	for len(results) > 0 && results[len(results)-1].Logit == nil {
		results = results[:len(results)-1]
	}
	return results
}

// scoredAs is a result of the plan with what the part says of a model's score. One that
// waits for a score keeps what it has from an earlier model.
func scoredAs(own, part api.Result) api.Result {
	if part.Logit == nil {
		own.RelevanceScore = part.RelevanceScore
		return own
	}
	own.Logit, own.Truncated, own.ScoredBy, own.RelevanceScore = part.Logit, part.Truncated, part.ScoredBy, part.RelevanceScore
	own.Suspicious = part.Suspicious
	own.Explanation = withModels(own.Explanation, part.Explanation)
	return own
}

// order sorts the scored results by value into the places that they have.
func (b blend) order(results []api.Result) {
	var scored []api.Result
	for _, r := range results {
		if r.Logit != nil {
			scored = append(scored, r)
		}
	}
	slices.SortFunc(scored, func(x, y api.Result) int { return b.compare(&x, &y) })
	for i := range results {
		if results[i].Logit != nil {
			results[i], scored = scored[0], scored[1:]
		}
	}
}

// setRelevance of results in their order, the last of which is scored. A result
// that waits stands between the scored ones around it.
func setRelevance(results []api.Result, b blend) {
	next := 0.0
	for i := range slices.Backward(results) {
		r := &results[i]
		if r.RelevanceScore = max(b.relevance(r), next); r.Logit != nil {
			next = r.RelevanceScore
		}
	}
	least := 1.0
	for i := range results {
		least = min(least, results[i].RelevanceScore)
		results[i].RelevanceScore = least
	}
}

// relevance of a result by itself. The order of the values holds where exp is
// off in its last digit: see setRelevance.
func (b blend) relevance(r *api.Result) float64 {
	if r.Logit == nil {
		return r.RelevanceScore // of the plan
	}
	return sigmoid(b.value(r))
}

// sigmoid of a finite number, in [0, 1].
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// compare puts the highest value first, ties by first-stage rank and then by
// position.
func (b blend) compare(x, y *api.Result) int {
	return cmp.Or(cmp.Compare(b.value(y), b.value(x)), cmp.Compare(b.ranks[x.Index], b.ranks[y.Index]))
}

package answer

import (
	"math"
	"slices"

	"github.com/splitrank/splitrank/shared/api"
)

// placeUnread puts the documents that the model could not read among those that it
// scored, each where the least that the model says of any would put it: the model knows
// nothing for it, and the words do. What would stand behind the last scored one is left
// to the heuristics. See RATIONALE: why-unreadable-documents-have-the-lowest-logit.
func (b blend) placeUnread(front, all []api.Result, unread []bool) []api.Result {
	lowest, found := b.lowest(front)
	if !found {
		return front
	}
	for _, r := range all {
		if !at(unread, r.Index) {
			continue
		}
		value := b.beside(lowest, &r)
		r.Logit, r.RelevanceScore = nil, sigmoid(value) // an earlier model's logit is none of this one's
		if place := b.placeOf(value, front); place < len(front) {
			front = slices.Insert(front, place, r)
		}
	}
	return front
}

// lowest is the least that the model says of any result.
func (b blend) lowest(results []api.Result) (lowest float64, found bool) {
	lowest = math.Inf(1)
	for i := range results {
		if r := &results[i]; r.Logit != nil {
			lowest, found = min(lowest, b.model(r)), true
		}
	}
	return lowest, found
}

// placeOf a value among results: before the first scored one below it.
func (b blend) placeOf(value float64, results []api.Result) int {
	for i := range results {
		if r := &results[i]; r.Logit != nil && b.value(r) < value {
			return i
		}
	}
	return len(results)
}

package answer

import (
	"math"
	"slices"

	"github.com/splitrank/splitrank/shared/api"
)

// placeUnread puts the documents that the model could not read among those that it
// scored, each where the lowest logit of the request would put it: the model knows
// nothing for it, and the words do. What would stand behind the last scored one is left
// to the heuristics. See RATIONALE: why-unreadable-documents-have-the-lowest-logit.
func (b blend) placeUnread(front, all []api.Result, unread []bool) []api.Result {
	lowest, found := lowestLogit(front)
	if !found {
		return front
	}
	for _, r := range all {
		if !at(unread, r.Index) {
			continue
		}
		logit := lowest
		r.Logit = &logit
		value := b.value(&r)
		r.Logit, r.RelevanceScore = nil, sigmoid(value)
		if place := b.placeOf(value, front); place < len(front) {
			front = slices.Insert(front, place, r)
		}
	}
	return front
}

func lowestLogit(results []api.Result) (lowest float64, found bool) {
	lowest = math.Inf(1)
	for i := range results {
		if l := results[i].Logit; l != nil {
			lowest, found = min(lowest, *l), true
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

package answer

import (
	"fmt"

	"github.com/splitrank/splitrank/shared/api"
)

// Check returns what is wrong with results for n documents: each document is to
// be there once, its relevance score in [0, 1], and what a model scored has
// a logit and nothing else has. Relevance scores never rise down the list,
// unless diversity decides the order.
func Check(results []api.Result, n int, diverse bool) error {
	if len(results) != n {
		return fmt.Errorf("%d results for %d documents", len(results), n)
	}
	seen, before := make([]bool, n), 1.0
	for i := range results {
		r := &results[i]
		switch {
		case r.Index < 0 || r.Index >= n:
			return fmt.Errorf("result %d is for document %d of %d", i, r.Index, n)
		case seen[r.Index]:
			return fmt.Errorf("result %d is for document %d again", i, r.Index)
		case !(r.RelevanceScore >= 0 && r.RelevanceScore <= 1):
			return fmt.Errorf("result %d has score %v, outside 0 to 1", i, r.RelevanceScore)
		case !diverse && r.RelevanceScore > before:
			return fmt.Errorf("result %d has score %v, above %v before it", i, r.RelevanceScore, before)
		case (r.ScoredBy == string(api.Heuristic)) != (r.Logit == nil):
			return fmt.Errorf("result %d is scored by %.40q, which does not go with its logit", i, r.ScoredBy)
		}
		seen[r.Index], before = true, r.RelevanceScore
	}
	return nil
}

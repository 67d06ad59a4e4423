package rerank

import (
	"fmt"

	"github.com/splitrank/splitrank/shared/api"
)

// check holds a judgement to its promises: every document once, scores in
// [0, 1], never rising unless diversity is on. A model that says NaN is found here.
func check(results []api.Result, req *api.Request) error {
	if len(results) != len(req.Documents) {
		return fmt.Errorf("%d results for %d documents", len(results), len(req.Documents))
	}
	seen := make([]bool, len(results))
	for i := range results {
		r := &results[i]
		switch {
		case r.Index < 0 || r.Index >= len(seen):
			return fmt.Errorf("result %d is for document %d of %d", i, r.Index, len(seen))
		case seen[r.Index]:
			return fmt.Errorf("result %d is for document %d again", i, r.Index)
		case !(r.RelevanceScore >= 0 && r.RelevanceScore <= 1):
			return fmt.Errorf("result %d has score %v, outside 0 to 1", i, r.RelevanceScore)
		case i > 0 && req.Diversity == 0 && r.RelevanceScore > results[i-1].RelevanceScore:
			return fmt.Errorf("result %d has score %v, above %v before it", i, r.RelevanceScore, results[i-1].RelevanceScore)
		}
		seen[r.Index] = true
	}
	return nil
}

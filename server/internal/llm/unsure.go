package llm

import "github.com/splitrank/splitrank/shared/api"

// sureMargin between the first and the second relevance score is one at which
// the cascade's order is left alone. See RATIONALE: why-the-margin-says-unsure.
const sureMargin = 0.3

// unsure reports that the cascade's best documents are close.
func unsure(results []api.Result) bool {
	return len(results) > 1 && results[0].RelevanceScore-results[1].RelevanceScore < sureMargin
}

package modelserving

import "github.com/splitrank/splitrank/shared/api"

// Fold makes one logit of those of a document's windows.
// See RATIONALE: why-the-mean-of-two-windows-is-of-logits.
func Fold(windows []float64, score api.WindowScore) float64 {
	best, second := windows[0], windows[0]
	for i, logit := range windows[1:] {
		if logit > best {
			best, second = logit, best
		} else if i == 0 || logit > second {
			second = logit
		}
	}
	if score == api.BestTwoWindows {
		return (best + second) / 2
	}
	return best
}

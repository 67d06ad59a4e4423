package evaluation

import (
	"fmt"
	"io"

	"github.com/splitrank/splitrank/server/internal/pvalue"
)

// WriteComparisons writes what each comparison says, and its figures below.
func WriteComparisons(w io.Writer, all []Comparison) error {
	for _, c := range all {
		name := c.After
		if c.Before != c.After {
			name = c.Before + " → " + c.After
		}
		line := fmt.Sprintf("nDCG@10 %+.4f (95 %% %+.4f … %+.4f), %s, corrected %s", c.Delta.Mean, c.Delta.Low, c.Delta.High, pvalue.Equation(c.P), pvalue.Equation(c.Holm))
		counts := fmt.Sprintf("%d better, %d the same, %d worse of %d queries", c.Better, c.Same, c.Worse, c.Queries)
		if _, err := fmt.Fprintf(w, "%s: %s\n  %s\n  %s\n", name, c.Said(), line, counts); err != nil {
			return err
		}
	}
	return nil
}

// Said is the comparison in a few words.
func (c Comparison) Said() string {
	switch {
	case c.Same == c.Queries:
		return "nothing changed"
	case c.Holm >= chance:
		return "no difference that chance does not explain"
	case c.Delta.Mean > 0:
		return "better"
	}
	return "worse"
}

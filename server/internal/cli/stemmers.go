package cli

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
)

// stemmers that this program is built with.
func stemmers() []heuristics.Stemmer { return all.Stemmers() }

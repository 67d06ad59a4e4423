package cli

import "github.com/splitrank/splitrank/heuristics"

// stemmers that this program is built with.
func stemmers() []heuristics.Stemmer { return nil }

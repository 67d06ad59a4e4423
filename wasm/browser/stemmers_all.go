//go:build splitrank_all

package main

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
)

// stemmers of a build that carries every language there is.
func stemmers() []heuristics.Stemmer { return all.Stemmers() }

//go:build splitrank_none

package main

import "github.com/splitrank/splitrank/heuristics"

// stemmers of a build that compares words as they are written.
func stemmers() []heuristics.Stemmer { return nil }

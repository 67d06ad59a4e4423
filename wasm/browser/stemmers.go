//go:build !splitrank_none && !splitrank_all && !splitrank_crash

package main

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/english"
)

// stemmers of the build that is shipped: each language is paid for by every
// visitor. The tag splitrank_all takes them all, splitrank_none none.
func stemmers() []heuristics.Stemmer { return []heuristics.Stemmer{english.Stemmer()} }

//go:build !splitrank_none && !splitrank_all && !splitrank_crash

package main

import "github.com/splitrank/splitrank/heuristics"

func stemmers() []heuristics.Stemmer { return nil }

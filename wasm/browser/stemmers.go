//go:build !splitrank_crash

package main

import "github.com/splitrank/splitrank/heuristics"

func stemmers() []heuristics.Stemmer { return nil }

//go:build splitrank_crash

package main

import (
	"runtime"

	"github.com/splitrank/splitrank/heuristics"
)

// stemmers of a build for tests only: stemming one of these words breaks the
// program in one of the ways in which programs break.
func stemmers() []heuristics.Stemmer {
	return []heuristics.Stemmer{{Language: "en", Stem: crash}}
}

func crash(word string) string {
	switch word {
	case "crashrecovered":
		panic("asked for")
	case "crashexit":
		go panic("asked for") // not recovered: it is another goroutine's
		runtime.Gosched()
	case "crashblock":
		select {}
	case "crashmemory":
		exhaust()
	}
	return word
}

// hoard is what exhaust holds on to.
var hoard [][]byte

func exhaust() {
	for {
		hoard = append(hoard, make([]byte, 1<<30))
	}
}

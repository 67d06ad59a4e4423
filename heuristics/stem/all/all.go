// Package all lists every stemmer there is, for programs that need not count
// their kilobytes.
package all

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/english"
	"github.com/splitrank/splitrank/heuristics/stem/french"
	"github.com/splitrank/splitrank/heuristics/stem/hungarian"
	"github.com/splitrank/splitrank/heuristics/stem/norwegian"
	"github.com/splitrank/splitrank/heuristics/stem/russian"
	"github.com/splitrank/splitrank/heuristics/stem/spanish"
	"github.com/splitrank/splitrank/heuristics/stem/swedish"
)

// Stemmers answers the seven languages of kljensen/snowball.
func Stemmers() []heuristics.Stemmer {
	return []heuristics.Stemmer{
		english.Stemmer(), french.Stemmer(), hungarian.Stemmer(), norwegian.Stemmer(),
		russian.Stemmer(), spanish.Stemmer(), swedish.Stemmer(),
	}
}

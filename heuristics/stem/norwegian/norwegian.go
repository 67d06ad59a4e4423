// Package norwegian stems Norwegian words for the heuristics.
package norwegian

import (
	snowball "github.com/kljensen/snowball/norwegian"

	"github.com/splitrank/splitrank/heuristics"
)

// Stemmer is the Snowball stemmer of Norwegian, language code "no".
func Stemmer() heuristics.Stemmer {
	return heuristics.Stemmer{Language: "no", Stem: stem}
}

func stem(word string) string { return snowball.Stem(word, true) }

// Package swedish stems Swedish words for the heuristics.
package swedish

import (
	snowball "github.com/kljensen/snowball/swedish"

	"github.com/splitrank/splitrank/heuristics"
)

// Stemmer is the Snowball stemmer of Swedish, language code "sv".
func Stemmer() heuristics.Stemmer {
	return heuristics.Stemmer{Language: "sv", Stem: stem}
}

func stem(word string) string { return snowball.Stem(word, true) }

// Package french stems French words for the heuristics.
package french

import (
	snowball "github.com/kljensen/snowball/french"

	"github.com/splitrank/splitrank/heuristics"
)

// Stemmer is the Snowball stemmer of French, language code "fr".
func Stemmer() heuristics.Stemmer {
	return heuristics.Stemmer{Language: "fr", Stem: stem}
}

func stem(word string) string { return snowball.Stem(word, true) }

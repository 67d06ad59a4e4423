// Package spanish stems Spanish words for the heuristics.
package spanish

import (
	snowball "github.com/kljensen/snowball/spanish"

	"github.com/splitrank/splitrank/heuristics"
)

// Stemmer is the Snowball stemmer of Spanish, language code "es".
func Stemmer() heuristics.Stemmer {
	return heuristics.Stemmer{Language: "es", Stem: stem}
}

func stem(word string) string { return snowball.Stem(word, true) }

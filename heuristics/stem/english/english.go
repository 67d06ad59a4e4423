// Package english stems English words for the heuristics.
package english

import (
	snowball "github.com/kljensen/snowball/english"

	"github.com/splitrank/splitrank/heuristics"
)

// Stemmer is the Snowball stemmer of English, language code "en".
func Stemmer() heuristics.Stemmer {
	return heuristics.Stemmer{Language: "en", Stem: stem}
}

func stem(word string) string { return snowball.Stem(word, true) }

// Package russian stems Russian words for the heuristics.
package russian

import (
	snowball "github.com/kljensen/snowball/russian"

	"github.com/splitrank/splitrank/heuristics"
)

// Stemmer is the Snowball stemmer of Russian, language code "ru".
func Stemmer() heuristics.Stemmer {
	return heuristics.Stemmer{Language: "ru", Stem: stem}
}

func stem(word string) string { return snowball.Stem(word, true) }

// Package hungarian stems Hungarian words for the heuristics.
package hungarian

import (
	snowball "github.com/kljensen/snowball/hungarian"

	"github.com/splitrank/splitrank/heuristics"
)

// Stemmer is the Snowball stemmer of Hungarian, language code "hu".
func Stemmer() heuristics.Stemmer {
	return heuristics.Stemmer{Language: "hu", Stem: stem}
}

func stem(word string) string { return snowball.Stem(word, true) }

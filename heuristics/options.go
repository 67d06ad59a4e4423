package heuristics

import (
	"math"
	"slices"
	"strconv"
)

// FirstStage says what the order of the candidates means.
type FirstStage uint8

const (
	// Given: the order, or Document.Rank, is the retriever's and counts as
	// evidence as far as it seems to be any.
	Given FirstStage = iota
	// Hidden: the order means nothing. Equal scores still fall back to it, and
	// so does the choice of the three documents that Feedback learns from.
	Hidden
)

// Stemmer reduces the words of one language to their stems.
type Stemmer struct {
	// Language is an ISO 639-1 code.
	Language string
	// Stem takes a word in lower case. It must be a pure function.
	Stem func(word string) string
}

// Options of one call. The zero value is the default.
type Options struct {
	// Language of the query: an ISO 639-1 code or a locale such as "en-US" (see
	// LanguageCode), "und" for none, "" or "auto" to detect it by script and
	// stop words. One that no stemmer exists for goes unstemmed, and
	// Ranking.Stemmed says so. One that is asked for and needs a stemmer that
	// is not among Stemmers is an error; a detected one goes unstemmed.
	Language string
	// Stemmers built into the program. A Ranker remembers stems between calls
	// with the same slice: give it the same one, and do not change it.
	Stemmers []Stemmer
	// FirstStage says whether the order of the candidates is evidence.
	FirstStage FirstStage
	// Weights of the signals; nil means DefaultWeights.
	Weights *Weights
	// Length prefers documents between two lengths; it counts only where
	// Weights.Length is set.
	Length LengthCurve
	// Diversity d from 0 (off) to 1 re-orders the best DiverseDepth documents
	// by maximal marginal relevance with lambda = 1 - d.
	Diversity float64
	// Typing takes a query that ends inside a word for one that is being typed:
	// its last word, from three letters on, also finds the words that begin with
	// it.
	Typing bool
	// Explain fills Item.Explanation.
	Explain bool
	// Matches fills Item.Matches.
	Matches bool
}

// OptionError is an option that cannot be served.
type OptionError struct {
	// Field is the option's name in Go, such as "Diversity".
	Field string
	// Problem says what is wrong and what is allowed.
	Problem string
}

// Error names the field and what is wrong with it.
func (e *OptionError) Error() string { return "heuristics: " + e.Field + ": " + e.Problem }

// Validate reports the first option out of range as an *OptionError.
func (o Options) Validate() error {
	switch {
	case o.FirstStage > Hidden:
		return &OptionError{"FirstStage", "must be Given or Hidden"}
	case math.IsNaN(o.Diversity) || o.Diversity < 0 || o.Diversity > 1:
		return &OptionError{"Diversity", "must be between 0 and 1"}
	}
	if err := o.Length.validate(); err != nil {
		return err
	}
	if err := o.weights().validate(); err != nil {
		return err
	}
	return o.validateLanguage()
}

func (o Options) validateLanguage() error {
	code, known := LanguageCode(o.Language)
	if !known {
		return &OptionError{"Language", strconv.Quote(o.Language) + " is unknown; use \"auto\", or \"und\" for a language without rules of its own"}
	}
	if stemmable(code) && o.stemmer(code) == nil {
		return &OptionError{"Language", strconv.Quote(code) + " is not built in (" + VersionWith(o.Stemmers) + ")"}
	}
	return nil
}

// stemmer of a language, nil where none is built in.
func (o Options) stemmer(language string) func(string) string {
	for _, s := range o.Stemmers {
		if s.Language == language {
			return s.Stem
		}
	}
	return nil
}

func (o Options) weights() Weights {
	if o.Weights == nil {
		return DefaultWeights()
	}
	return *o.Weights
}

// sortedStemmers are the stemmers by language. They are a handful: a sort of one
// more type would be 2 KB of the download.
func sortedStemmers(stemmers []Stemmer) []Stemmer {
	sorted := slices.Clone(stemmers)
	for i := range sorted {
		for j := i; j > 0 && sorted[j].Language < sorted[j-1].Language; j-- {
			sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
		}
	}
	return sorted
}

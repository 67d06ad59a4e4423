package heuristics

import "slices"

// Languages are the ISO 639-1 codes with rules of their own, sorted: those that
// the stemmers stem and those that need none. Options.Language takes every other
// code as well; its words are met as they are written.
func Languages(stemmers []Stemmer) []string {
	codes := []string{"ar", "he", "ja", "ko", "th", "zh"}
	for _, s := range stemmers {
		codes = append(codes, s.Language)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

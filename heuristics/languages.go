package heuristics

// Languages are the ISO 639-1 codes that Options.Language takes with these
// stemmers, sorted: those that are stemmed and those that need no stemmer.
func Languages(stemmers []Stemmer) (codes []string) {
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			code := string([]rune{a, b})
			if (Options{Language: code, Stemmers: stemmers}).Validate() == nil {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

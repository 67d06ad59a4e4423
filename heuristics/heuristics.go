// Package heuristics orders and trims the candidates of a query by lexical
// signals alone: no model, no network, no clock. All arithmetic is integer, so
// that the same query and documents give the same scores natively, in a
// browser and on an edge worker, bit for bit, for equal Scorer.
//
// Rank orders all candidates; Trim also chooses those that are worth an
// expensive score. Both explain themselves: the ledger of an Item sums exactly
// to its score.
package heuristics

// Version of the scoring formula. It changes whenever any score may change,
// with the version of the stemmers too.
const Version = "h3"

// Document is one candidate of a query.
type Document struct {
	// Title is optional and counts as the beginning of the text. Matches are
	// never in it.
	Title string
	// Text is what is ranked, UTF-8; invalid bytes separate words. Empty is
	// allowed.
	Text string
	// Rank in the first stage, 1 = best. 0 = unknown: then the position in the
	// slice stands for it, behind all documents that have a rank.
	Rank int
}

// Ranking is the answer of Rank and Trim.
type Ranking struct {
	// Language of the query, detected or asked for: an ISO 639-1 code, or
	// "und" where nothing is known of it.
	Language string
	// Stemmed reports whether a stemmer of that language was used.
	Stemmed bool
	// Trust put in the first stage's order, from 0 (ignored) to One. It follows
	// from the request; see trust.
	Trust Score
	// Items are all documents, best first.
	Items []Item
}

// Item is one document's place in a Ranking.
type Item struct {
	// Index of the document in the input.
	Index int
	// Score from 0 to One. It never rises down the list unless diversity is on.
	Score Score
	// Kept by the trim. Rank keeps everything.
	Kept bool
	// Reason why Trim kept or trimmed the document; empty after Rank.
	Reason Reason
	// Explanation is the ledger, in the order of the Signal constants, zero
	// contributions left out. It sums exactly to Score. Only with
	// Options.Explain.
	Explanation []Part
	// Matches are the query's words in Document.Text as far as they are no
	// stop words: byte ranges between runes, ascending and apart. Only with
	// Options.Matches.
	Matches []Span
}

// Part is one line of the ledger.
type Part struct {
	Signal Signal
	// Raw is the signal's value, 0 to One.
	Raw Score
	// Weight is the signal's share of the sum of all weights, 0 to One.
	Weight Score
	// Contribution is Raw times Weight, rounded down.
	Contribution Score
}

// Span is a range of bytes.
type Span struct{ Start, End int }

// Rank orders all documents. It sets up memory for this one call; keep a
// Ranker where calls repeat.
func Rank(query string, docs []Document, o Options) (Ranking, error) {
	return new(Ranker).Rank(query, docs, o)
}

// Trim orders all documents and marks those worth an expensive score. It sets
// up memory for this one call; keep a Ranker where calls repeat.
func Trim(query string, docs []Document, o Options, b Budget) (Ranking, error) {
	return new(Ranker).Trim(query, docs, o, b)
}

// Scorer names all that can change a score: the version of the formula and
// the stemmers built in, such as "h1+en" or "h1+en,es,fr".
func Scorer(stemmers []Stemmer) string {
	name := Version
	for i, s := range sortedStemmers(stemmers) {
		if i == 0 {
			name += "+"
		} else {
			name += ","
		}
		name += s.Language
	}
	return name
}

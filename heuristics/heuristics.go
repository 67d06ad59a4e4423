// Package heuristics orders and trims candidates for a query by lexical
// signals alone: no model, no network, no clock, no floating point inside.
// The same query and documents give the same scores on every platform.
package heuristics

// Document is one candidate of a query.
type Document struct {
	// Title is optional and counts as the beginning of the text.
	Title string
	// Text is what is ranked. Empty is allowed and scores zero.
	Text string
	// Rank is the first stage's rank, 1 = best. 0 = unknown: the position in
	// the slice stands for it, behind every document that has a rank.
	Rank int
}

// FirstStage says what the order of the candidates means.
type FirstStage uint8

const (
	// Given: the order (or Document.Rank) is the retriever's and may be trusted.
	Given FirstStage = iota
	// Hidden: the order means nothing.
	Hidden
)

// Stemmer reduces a lower-case word of one language to its stem.
type Stemmer struct {
	// Language is an ISO 639-1 code: "en", "fr", ...
	Language string
	// Stem must be a pure function.
	Stem func(word string) string
}

// Options of one call. The zero value is the default.
type Options struct {
	// Language of the query, an ISO 639-1 code. "" or "auto" detects it by
	// script and stop words. A stemmed language that is asked for and not
	// among Stemmers is an error; a detected one goes unstemmed.
	Language string
	// Stemmers built into this program.
	Stemmers []Stemmer
	// FirstStage says whether the order of the candidates may be trusted.
	FirstStage FirstStage
	// Diversity d in [0, 1] re-orders by maximal marginal relevance with
	// lambda = 1 - d. 0 is off.
	Diversity float64
	// Explain fills Item.Explanation.
	Explain bool
	// Matches fills Item.Matches.
	Matches bool
}

// Budget of a trim. The zero value is the default adaptive rule.
type Budget struct {
	// Documents to keep at most. 0 = adaptive.
	Documents int
}

// Score is a fixed-point number, 1 = 65536.
type Score int64

// One is the Score of 1.0.
const One Score = 1 << 16

// Float is the exact value of s.
func (s Score) Float() float64 { return float64(s) / float64(One) }

// Ranking is the answer of Rank and Trim, best first.
type Ranking struct {
	// Language detected or asked for, "und" when none fits.
	Language string
	// Stemmed says whether a stemmer of that language was used.
	Stemmed bool
	// Trust put in the first stage's order, 0 to One.
	Trust Score
	Items []Item
}

// Item is one document's place in a Ranking.
type Item struct {
	// Index of the document in the input.
	Index int
	// Score in [0, One].
	Score Score
	// Kept by the trim; Rank keeps all.
	Kept bool
	// Reason why it was kept or trimmed.
	Reason string
	// Explanation sums exactly to Score.
	Explanation []Part
	// Matches of query terms in Document.Text, ascending, not overlapping.
	Matches []Span
}

// Part is one line of the ledger.
type Part struct {
	Signal       string
	Raw          Score
	Weight       Score
	Contribution Score
}

// Span is a range of UTF-8 bytes.
type Span struct{ Start, End int }

// Version of the scoring formula.
const Version = "h1"

// Scorer names what decides a score: the formula's version and the stemmers.
func Scorer(stemmers []Stemmer) string { return Version }

// Ranker holds scratch memory between calls. The zero value is ready. Not
// safe for concurrent use; a Ranking it returns is valid until its next call.
type Ranker struct{}

// Rank orders all documents.
func (r *Ranker) Rank(query string, docs []Document, o Options) (Ranking, error) {
	items := make([]Item, len(docs))
	for i := range items {
		items[i] = Item{Index: i, Kept: true}
	}
	return Ranking{Language: "und", Items: items}, nil
}

// Trim orders all documents and marks those to keep.
func (r *Ranker) Trim(query string, docs []Document, o Options, b Budget) (Ranking, error) {
	return r.Rank(query, docs, o)
}

// Rank is Ranker.Rank with memory of its own.
func Rank(query string, docs []Document, o Options) (Ranking, error) {
	return new(Ranker).Rank(query, docs, o)
}

// Trim is Ranker.Trim with memory of its own.
func Trim(query string, docs []Document, o Options, b Budget) (Ranking, error) {
	return new(Ranker).Trim(query, docs, o, b)
}

package heuristics

import "strconv"

// Signal names one part of a score.
type Signal string

// The signals. Each is 0 to One; w is the weight of a query term (see
// termWeight) and W the sum of the weights of the query's distinct terms.
const (
	// Overlap is BM25 over stems: Σ w·tf/(tf+K) / W, with
	// K = 1.2·(0.25 + 0.75·length/average length).
	Overlap Signal = "overlap"
	// Exact is Overlap where only the word itself counts, not its stem.
	Exact Signal = "exact"
	// Phrase is the weight of the longest run of two or more query words that
	// stands in the document word for word, by W.
	Phrase Signal = "phrase"
	// Proximity is the mean, over windows of 8, 16 and 32 words, of the
	// largest weight of distinct query terms other than stop words inside one
	// window, by W.
	Proximity Signal = "proximity"
	// Position is Σ w·8/(8 + words before the term's first occurrence) / W.
	Position Signal = "position"
	// Grams is Overlap over character n-grams of words that have no stemmer
	// and are no numbers: 3 letters, 4 in Latin script. The query's first such
	// word decides which of the two.
	Grams Signal = "grams"
	// Feedback is the similarity (cosine) to the three best documents.
	Feedback Signal = "feedback"
	// Length is the document's place on Options.Length. Off by default.
	Length Signal = "length"
	// FirstStageOrder is 1 − log(rank)/log(n+1); its weight is multiplied by
	// Ranking.Trust.
	FirstStageOrder Signal = "first_stage"
)

// Places of the signals in a document's array, in the order of the ledger.
const (
	overlap = iota
	exact
	phrase
	proximity
	position
	spelled
	similar
	length
	order
	signals
)

// signalNames by place.
var signalNames = [signals]Signal{
	overlap: Overlap, exact: Exact, phrase: Phrase, proximity: Proximity, position: Position,
	spelled: Grams, similar: Feedback, length: Length, order: FirstStageOrder,
}

// Weights of the signals in parts of their sum, 0 to MaxWeight each. Signals
// that cannot speak for a query leave the sum: Grams where everything is
// stemmed or cut into n-grams anyway, FirstStageOrder where the order is hidden.
type Weights struct {
	Overlap, Exact, Phrase, Proximity, Position int
	Grams, Feedback, Length, FirstStage         int
}

// MaxWeight bounds every field of Weights.
const MaxWeight = 1000

// DefaultWeights are the weights of Options.Weights nil. They were chosen by
// hand on seven judged collections; small changes move the mean nDCG@10 by less
// than 0.002 (RATIONALE.md has the measurements). Nothing is fitted per
// collection.
func DefaultWeights() Weights {
	return Weights{
		Overlap: 12, Exact: 4, Phrase: 4, Proximity: 8, Position: 8,
		Grams: 9, Feedback: 36, Length: 0, FirstStage: 36,
	}
}

func (w Weights) list() [signals]int {
	return [signals]int{
		overlap: w.Overlap, exact: w.Exact, phrase: w.Phrase, proximity: w.Proximity, position: w.Position,
		spelled: w.Grams, similar: w.Feedback, length: w.Length, order: w.FirstStage,
	}
}

func (w Weights) validate() error {
	lexical := 0
	for s, v := range w.list() {
		if v < 0 || v > MaxWeight {
			return &OptionError{"Weights", string(signalNames[s]) + " must be between 0 and " + strconv.Itoa(MaxWeight)}
		}
		if s <= position {
			lexical += v
		}
	}
	if lexical == 0 {
		return &OptionError{"Weights", "one of overlap, exact, phrase, proximity and position must be above 0"}
	}
	return nil
}

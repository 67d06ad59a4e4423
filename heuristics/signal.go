package heuristics

import "strconv"

// Version of the scoring formula. It changes whenever any score or the choice
// of a trim may change, with the version of the stemmers too.
const Version = "h5"

// Signal is one part of a score, by its place in the ledger and in Weights. Its
// raw value is 0 to One.
type Signal uint8

// The signals. w is the weight of a query term (see termWeight) times its uses in
// the query, 8 at most, and W the sum over the query's distinct terms.
const (
	// Overlap is BM25 over stems: Σ w·tf/(tf+K) / W, with
	// K = 1.2·(0.25 + 0.75·length/average length).
	Overlap Signal = iota
	// Exact is Overlap where only the word itself counts, not its stem.
	Exact
	// Phrase is the weight of the longest run of two or more query words that
	// stands in the document word for word, by W, both of one use each.
	Phrase
	// Proximity is the mean, over windows of 8, 16 and 32 words, of the
	// largest weight of distinct query terms other than stop words inside one
	// window, by W.
	Proximity
	// Position is Σ w·8/(8 + words before the term's first occurrence) / W.
	Position
	// Grams is Overlap over character n-grams of words that have no stemmer
	// and are no numbers: 3 letters, 4 in Latin script. The query's first such
	// word decides which of the two.
	Grams
	// Feedback is the similarity (cosine) to the three best documents.
	Feedback
	// Length is the document's place on Options.Length. Off by default.
	Length
	// FirstStageOrder is 1 − log(rank)/log(n+1); its weight is multiplied by
	// Ranking.Trust.
	FirstStageOrder
	signals
)

// declared are the names of the signals in answers, their default weights and
// whether they tell what the words of one document say: one of those must count.
//
// The weights were chosen by hand on seven judged collections; small changes
// move the mean nDCG@10 by less than 0.002 (RATIONALE.md has the measurements).
// Nothing is fitted per collection.
var declared = [signals]struct {
	name    string
	weight  int
	lexical bool
}{
	Overlap:         {"overlap", 12, true},
	Exact:           {"exact", 4, true},
	Phrase:          {"phrase", 4, true},
	Proximity:       {"proximity", 8, true},
	Position:        {"position", 8, true},
	Grams:           {"grams", 9, false},
	Feedback:        {"feedback", 36, false},
	Length:          {"length", 0, false},
	FirstStageOrder: {"first_stage", 36, false},
}

// String is the signal's name in answers, such as "first_stage".
func (s Signal) String() string { return declared[s].name }

// Weights of the signals in parts of their sum, 0 to MaxWeight each, such as
// Weights{Overlap: 2, Phrase: 1}. Signals without evidence for a query leave
// the sum: Grams where everything is stemmed or cut into n-grams anyway,
// FirstStageOrder where the order is hidden.
type Weights [signals]int

// MaxWeight bounds every one of Weights.
const MaxWeight = 1000

// DefaultWeights are the weights of Options.Weights nil.
func DefaultWeights() (w Weights) {
	for s := range w {
		w[s] = declared[s].weight
	}
	return w
}

func (w Weights) validate() error {
	lexical := 0
	for s, parts := range w {
		if parts < 0 || parts > MaxWeight {
			return &OptionError{"Weights", declared[s].name + " must be between 0 and " + strconv.Itoa(MaxWeight)}
		}
		if declared[s].lexical {
			lexical += parts
		}
	}
	if lexical == 0 {
		return &OptionError{"Weights", "one of " + lexicalNames() + " must be above 0"}
	}
	return nil
}

// lexicalNames lists them for a sentence.
func lexicalNames() (names string) {
	for _, d := range declared {
		switch {
		case !d.lexical:
		case names == "":
			names = d.name
		default:
			names += ", " + d.name
		}
	}
	return names
}

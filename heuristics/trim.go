package heuristics

// Reason why a trim kept or trimmed a document; empty where none was asked
// for.
type Reason string

const (
	// KeptFirstStage: among the retriever's own best.
	KeptFirstStage Reason = "kept: first stage"
	// KeptScore: its score is among the best.
	KeptScore Reason = "kept: score"
	// TrimmedBudget: the budget went to better ones.
	TrimmedBudget Reason = "trimmed: budget"
	// TrimmedScore: its score is below the threshold.
	TrimmedScore Reason = "trimmed: score"
)

// Budget says how many documents a trim keeps. The zero value is adaptive: it
// keeps what scores at least DefaultThreshold of the range, between
// DefaultFloor and DefaultCap.
type Budget struct {
	// Documents to keep. 0 = adaptive.
	Documents int
	// Floor and Cap bound an adaptive trim, in documents. 0 = default.
	Floor, Cap int
	// Threshold of an adaptive trim: scores are stretched so that the worst
	// candidate has 0 and the best One; at least this is kept. 0 = default.
	Threshold Score
	// FirstStage is how many of the retriever's own best are kept whatever
	// they score, part of the budget. 0 = half of the budget, or of the floor
	// if adaptive; -1 = none. With Hidden there are none. Where scores are no
	// ground to choose on it does not count: see Ranker.Trim.
	FirstStage int
}

// Defaults of Budget.
const (
	DefaultFloor = 10
	DefaultCap   = 40
	// DefaultThreshold is 0.15: it keeps 99 % of the answers among 100
	// candidates of single-answer questions with 22 documents on average.
	DefaultThreshold = One * 15 / 100
)

func (b Budget) withDefaults() Budget {
	if b.Floor == 0 {
		b.Floor = DefaultFloor
		if b.Cap != 0 {
			b.Floor = min(b.Floor, b.Cap)
		}
	}
	if b.Cap == 0 {
		b.Cap = max(DefaultCap, b.Floor)
	}
	if b.Threshold == 0 {
		b.Threshold = DefaultThreshold
	}
	if b.Documents != 0 {
		b.Floor, b.Cap = b.Documents, b.Documents
	}
	if b.FirstStage == 0 {
		b.FirstStage = b.Floor / 2
	}
	return b
}

// Validate reports the first field out of range as an *OptionError.
func (b Budget) Validate() error {
	full := b.withDefaults()
	switch {
	case b.Documents < 0:
		return &OptionError{"Documents", "must not be negative"}
	case b.Floor < 0 || b.Cap < 0 || full.Floor > full.Cap:
		return &OptionError{"Floor", "must not be negative nor above Cap"}
	case b.Threshold < 0 || b.Threshold > One:
		return &OptionError{"Threshold", "must be between 0 and One"}
	case b.FirstStage < -1:
		return &OptionError{"FirstStage", "must be -1, 0 or a number of documents"}
	case full.FirstStage > full.Cap:
		return &OptionError{"FirstStage", "must not be above the budget"}
	}
	return nil
}

// Trim orders all documents like Rank and marks those to keep: the retriever's
// own best, and the rest of the budget by score. Where the words say nothing, or
// most documents are written in another script than the query, scores are no
// ground to choose on: it keeps the retriever's best only, as many as
// Budget.Documents or Cap allow, unless the retriever's order is Hidden. Diversity has no part in it: what is diverse
// among documents that are not worth a score helps nobody. Errors are
// *OptionError or *DocumentError. See RATIONALE: why-there-is-one-trim.
func (r *Ranker) Trim(query string, docs []Document, o Options, b Budget) (Ranking, error) {
	if err := b.Validate(); err != nil {
		return Ranking{}, err
	}
	return r.rank(query, docs, o, &b)
}

// Kept are the documents that the last Trim kept, the one most worth a score
// first: by score, or in the order of the first stage where Trim kept the
// retriever's best only. It is valid until the next call.
func (r *Ranker) Kept() []int { return r.kept }

// trim marks r.items, which stand in the order of their scores.
func (r *Ranker) trim(query string, docs []Document, first FirstStage, b Budget) {
	b = b.withDefaults()
	if first == Hidden {
		b.FirstStage = 0
	}
	r.byScore = first == Hidden || r.informed() && !otherScript(query, docs)
	if r.byScore {
		r.keep(b, r.keepFirst(b.FirstStage))
		r.listKept()
		return
	}
	for _, i := range r.byRank[:r.keepFirst(b.Cap)] {
		r.kept = append(r.kept, int(i))
	}
}

func (r *Ranker) listKept() {
	for i := range r.items {
		if r.items[i].Kept {
			r.kept = append(r.kept, r.items[i].Index)
		}
	}
}

// keepFirst keeps the n best of the first stage and nothing else, and answers
// how many there are.
func (r *Ranker) keepFirst(n int) int {
	kept := 0
	for i := range r.items {
		it := &r.items[i]
		it.Kept, it.Reason = false, TrimmedBudget
		if int(r.docs[it.Index].rank) <= n {
			it.Kept, it.Reason = true, KeptFirstStage
			kept++
		}
	}
	return kept
}

// keep adds to those kept the others in their order while budget and threshold
// allow.
func (r *Ranker) keep(b Budget, kept int) {
	threshold := r.threshold(b.Threshold)
	for i := range r.items {
		it := &r.items[i]
		switch {
		case it.Kept:
		case kept >= b.Cap:
			it.Reason = TrimmedBudget
		case kept >= b.Floor && it.Score < threshold:
			it.Reason = TrimmedScore
		default:
			it.Kept, it.Reason = true, KeptScore
			kept++
		}
	}
}

// threshold is the score at t of the way from the worst to the best.
func (r *Ranker) threshold(t Score) Score {
	low, high := One, Score(0)
	for i := range r.items {
		low, high = min(low, r.items[i].Score), max(high, r.items[i].Score)
	}
	return low + mul(max(0, high-low), t)
}

package api

import (
	"cmp"
	"strconv"
)

// Truncation says how a query and a document are made to fit what a model can
// read. The zero value cuts documents at their end and leaves queries whole.
// See RATIONALE: why-windows-are-part-of-truncation.
type Truncation struct {
	// Partial keeps what is the model's own for all that is left out here; else
	// that has the defaults named below.
	Partial bool
	// Strategy where both together are too long; "" = OnlySecond.
	Strategy Strategy
	// MaxQueryTokens cuts the query to that many, special ones not counted. 0
	// leaves it whole, and one that leaves no room for a document is refused.
	MaxQueryTokens int
	// MaxDocumentTokens cuts each document to that many, special ones not
	// counted, before anything else does. 0 leaves it whole.
	MaxDocumentTokens int
	// Windows over long documents; nil = the model sees their beginning only.
	Windows *Windows
}

// Strategy says which text of a pair gives way.
type Strategy string

const (
	// OnlySecond shortens the document.
	OnlySecond Strategy = "only_second"
	// LongestFirst shortens the longer of the two, then both, to halves.
	LongestFirst Strategy = "longest_first"
	// DoNotTruncate refuses a request in which a document that the model is to
	// score is too long for it. What MaxQueryTokens and MaxDocumentTokens cut is
	// not: that was asked for.
	DoNotTruncate Strategy = "do_not_truncate"
)

// Windows cut a document into parts that are scored one by one. Its zero fields
// are the defaults.
type Windows struct {
	// Size of a window in tokens of the document; 0 = what fits beside the
	// query.
	Size int
	// Stride is how many tokens neighbouring windows share, less than Size.
	Stride int
	// Count is the most windows of one document, its first ones, up to
	// MaxWindows. 0 = DefaultWindows.
	Count int
	// Score of the document; "" = BestWindow.
	Score WindowScore
}

// WindowScore says how the logits of windows become the document's.
type WindowScore string

const (
	// BestWindow is the highest.
	BestWindow WindowScore = "max"
	// BestTwoWindows is the mean of the two highest; of one window its own.
	BestTwoWindows WindowScore = "mean2"
)

// DefaultWindows and MaxWindows bound the windows of one document, and with
// them the work that one text can ask for.
const (
	DefaultWindows = 16
	MaxWindows     = 64
)

// With is what counts where t is a model's own and a request asked for another
// one, nil = it did not.
func (t Truncation) With(asked *Truncation) Truncation {
	switch {
	case asked == nil:
		return t
	case !asked.Partial:
		return *asked
	}
	t.Strategy = cmp.Or(asked.Strategy, t.Strategy)
	t.MaxQueryTokens = cmp.Or(asked.MaxQueryTokens, t.MaxQueryTokens)
	t.MaxDocumentTokens = cmp.Or(asked.MaxDocumentTokens, t.MaxDocumentTokens)
	if t.Strategy == LongestFirst && asked.Strategy == LongestFirst {
		t.Windows = nil // which that strategy rules out
	}
	t.Windows = cmp.Or(asked.Windows, t.Windows)
	if t.Windows != nil && t.Strategy == LongestFirst {
		t.Strategy = OnlySecond
	}
	return t
}

// Validate names the first field that is wrong, as in a request. nil is valid.
// The error is an *Error.
func (t *Truncation) Validate() error {
	if err := t.validate(); err != nil {
		return err
	}
	return nil
}

func (t *Truncation) validate() *Error {
	if t == nil {
		return nil
	}
	const field = "truncation.strategy"
	switch {
	case t.Strategy != "" && t.Strategy != OnlySecond && t.Strategy != LongestFirst && t.Strategy != DoNotTruncate:
		return unknownTruncation(field, string(t.Strategy), "only_second, longest_first, do_not_truncate")
	case t.Strategy == LongestFirst && t.Windows != nil:
		return newError(ConflictingFields, field, "truncation.strategy longest_first shortens the query, which every window needs whole: leave out one of the two")
	case t.MaxQueryTokens < 0 || t.MaxQueryTokens > MaxNumber:
		return outOfRange("truncation.max_query_tokens", strconv.Itoa(t.MaxQueryTokens), "1 to "+strconv.Itoa(MaxNumber))
	case t.MaxDocumentTokens < 0 || t.MaxDocumentTokens > MaxNumber:
		return outOfRange("truncation.max_document_tokens", strconv.Itoa(t.MaxDocumentTokens), "1 to "+strconv.Itoa(MaxNumber))
	case t.Windows == nil:
		return nil
	}
	return t.Windows.validate()
}

func (w *Windows) validate() *Error {
	const field = "truncation.windows."
	switch {
	case w.Size < 0 || w.Size > MaxNumber:
		return outOfRange(field+"size", strconv.Itoa(w.Size), "1 to "+strconv.Itoa(MaxNumber))
	case w.Stride < 0 || w.Stride > MaxNumber:
		return outOfRange(field+"stride", strconv.Itoa(w.Stride), "0 to "+strconv.Itoa(MaxNumber))
	case w.Size > 0 && w.Stride >= w.Size:
		return outOfRange(field+"stride", strconv.Itoa(w.Stride), "0 to one less than the size of "+strconv.Itoa(w.Size))
	case w.Count < 0 || w.Count > MaxWindows:
		return outOfRange(field+"count", strconv.Itoa(w.Count), "1 to "+strconv.Itoa(MaxWindows))
	case w.Score != "" && w.Score != BestWindow && w.Score != BestTwoWindows:
		return unknownTruncation(field+"score", string(w.Score), "max, mean2")
	}
	return nil
}

func unknownTruncation(field, got, known string) *Error {
	return newError(UnknownTruncation, field, field+" "+strconv.Quote(clip(got, 60))+" is none of "+known)
}

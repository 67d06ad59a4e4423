package heuristics

import "strconv"

// Limits of one call. Places in a text are 32-bit numbers, and sums over the
// documents stay exact below these. See RATIONALE: why-one-call-has-limits.
const (
	// MaxDocuments of a query.
	MaxDocuments = 1 << 20
	// MaxBytes of a query, its documents and their titles together.
	MaxBytes = 1<<31 - 1
	// MaxRank bounds Document.Rank.
	MaxRank = 1 << 30
)

// DocumentError is a candidate that cannot be ranked.
type DocumentError struct {
	// Index of the document.
	Index int
	// Problem says what is wrong and what is allowed.
	Problem string
}

// Error names the document and the limit.
func (e *DocumentError) Error() string {
	return "heuristics: document " + strconv.Itoa(e.Index) + ": " + e.Problem
}

func validateDocuments(query string, docs []Document) error {
	if len(docs) > MaxDocuments {
		return &DocumentError{MaxDocuments, "is beyond the " + strconv.Itoa(MaxDocuments) + " that are ranked at once"}
	}
	total := int64(len(query))
	for i := range docs {
		d := &docs[i]
		total += int64(len(d.Title)) + int64(len(d.Text))
		switch {
		case d.Rank < 0 || d.Rank > MaxRank:
			return &DocumentError{i, "rank must be between 0 and " + strconv.Itoa(MaxRank)}
		case total > MaxBytes:
			return &DocumentError{i, "query and documents must have at most " + strconv.Itoa(MaxBytes) + " bytes together"}
		}
	}
	return nil
}

package api

import (
	"cmp"
	"strconv"
)

// Defaults of Limits.
const (
	DefaultBodyBytes      = 10 << 20
	DefaultDocuments      = 1000
	DefaultTextBytes      = 1 << 20
	DefaultTotalBytes     = 4 << 20
	DefaultQueryBytes     = 4 << 10
	DefaultDepth          = 32
	DefaultBatchRequests  = 100
	DefaultBatchDocuments = 10_000
)

// MinDepth is the least Limits.Depth: what a batch of well-formed requests needs.
const MinDepth = 6

// MaxIDBytes is the length of the longest document id, in bytes of UTF-8.
const MaxIDBytes = 512

// MaxClientIDBytes is the length of the longest client id, in bytes of UTF-8: that
// of User Behavior Insights, whose files hold it.
const MaxClientIDBytes = 100

// MaxNumber is the largest integer that a rank, a count or a budget may have.
const MaxNumber = 1_000_000_000

// Limits bound what one body may ask for. A field of zero has its default.
// Whatever exceeds a limit is refused with status 413, never cut.
type Limits struct {
	// BodyBytes is the length of a whole body. Default 10 MiB.
	BodyBytes int
	// Documents in one request. Default 1000.
	Documents int
	// TextBytes is the length of one document, title and text together, in
	// bytes of UTF-8. Default 1 MiB.
	TextBytes int
	// TotalBytes is the length of all documents of one request together, in
	// bytes of UTF-8. Default 4 MiB.
	TotalBytes int
	// QueryBytes is the length of the query in bytes of UTF-8. The heuristics'
	// work on a byte of text grows with the words of the query. Default 4 KiB.
	QueryBytes int
	// Depth of nested JSON objects and arrays, metadata of documents
	// included. Default 32, at least MinDepth.
	Depth int
	// BatchRequests is the number of requests in one batch. Default 100.
	BatchRequests int
	// BatchDocuments is the number of documents of all requests of one batch
	// together. Default 10,000: a hundred requests of a hundred candidates.
	BatchDocuments int
}

// Validate reports a limit that cannot be meant.
func (l Limits) Validate() error {
	for _, n := range []int{l.BodyBytes, l.Documents, l.TextBytes, l.TotalBytes, l.QueryBytes, l.Depth, l.BatchRequests, l.BatchDocuments} {
		if n < 0 {
			return newError(OutOfRange, "", "limit "+strconv.Itoa(n)+" is negative")
		}
	}
	if l.Depth != 0 && l.Depth < MinDepth {
		return newError(OutOfRange, "", "limit of "+strconv.Itoa(l.Depth)+" levels of JSON is below "+strconv.Itoa(MinDepth))
	}
	return nil
}

// WithDefaults fills in the fields that are zero.
func (l Limits) WithDefaults() Limits {
	l.BodyBytes = cmp.Or(l.BodyBytes, DefaultBodyBytes)
	l.Documents = cmp.Or(l.Documents, DefaultDocuments)
	l.TextBytes = cmp.Or(l.TextBytes, DefaultTextBytes)
	l.TotalBytes = cmp.Or(l.TotalBytes, DefaultTotalBytes)
	l.QueryBytes = cmp.Or(l.QueryBytes, DefaultQueryBytes)
	l.Depth = cmp.Or(l.Depth, DefaultDepth)
	l.BatchRequests = cmp.Or(l.BatchRequests, DefaultBatchRequests)
	l.BatchDocuments = cmp.Or(l.BatchDocuments, DefaultBatchDocuments)
	return l
}

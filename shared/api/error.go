package api

import "strings"

// Code names one cause of an error. Codes are stable; messages are not.
type Code string

// The codes, by the status they are answered with.
const (
	MalformedURL      Code = "malformed_url"      // 400 a path with a % that stands for nothing; the edge
	MalformedJSON     Code = "malformed_json"     // 400 not JSON, cut off, or followed by more
	InvalidUTF8       Code = "invalid_utf8"       // 400 bytes or a lone surrogate that are no text
	DuplicateField    Code = "duplicate_field"    // 400 a key twice in one object
	UnknownField      Code = "unknown_field"      // 400 a key that no request has
	ReservedField     Code = "reserved_field"     // 400 a key of a shape that only POST /rerank takes
	WrongType         Code = "wrong_type"         // 400 say, a number where a string belongs
	ConflictingFields Code = "conflicting_fields" // 400 two keys that exclude each other

	Unauthorized Code = "unauthorized" // 401

	NotFound     Code = "not_found"     // 404 no such path
	UnknownModel Code = "unknown_model" // 404

	MethodNotAllowed Code = "method_not_allowed" // 405
	RequestTimeout   Code = "request_timeout"    // 408 the body came too slowly

	BodyTooLarge      Code = "body_too_large"      // 413
	TooManyDocuments  Code = "too_many_documents"  // 413
	DocumentsTooLarge Code = "documents_too_large" // 413 all documents together
	TooLong           Code = "too_long"            // 413 one query, text, title or id
	TooDeep           Code = "too_deep"            // 413 nested JSON
	BatchTooLarge     Code = "batch_too_large"     // 413

	UnsupportedMediaType Code = "unsupported_media_type" // 415

	EmptyQuery        Code = "empty_query"         // 422 absent or blank
	NoDocuments       Code = "no_documents"        // 422 absent or an empty list
	NoRequests        Code = "no_requests"         // 422 a batch of none
	MissingField      Code = "missing_field"       // 422 a document without text, a chunk without id
	EmptyID           Code = "empty_id"            // 422
	DuplicateID       Code = "duplicate_id"        // 422
	NotFinite         Code = "not_finite"          // 422 NaN, infinite, or too large for a float64; see RATIONALE: why-nan-is-422
	OutOfRange        Code = "out_of_range"        // 422
	UnknownPipeline   Code = "unknown_pipeline"    // 422
	UnknownFirstStage Code = "unknown_first_stage" // 422
	UnknownLanguage   Code = "unknown_language"    // 422
	UnknownTruncation Code = "unknown_truncation"  // 422
	KeepsNothing      Code = "keeps_nothing"       // 422 the model, or the server, keeps nothing of documents

	Overloaded Code = "overloaded" // 429 the queue is full: try again later

	Internal Code = "internal" // 500 the cause stays in the log

	OriginFailed Code = "origin_failed" // 502 strict, and the server behind the edge did not answer

	NoModel      Code = "no_model"      // 503 asked for a model and none is loaded
	ShuttingDown Code = "shutting_down" // 503

	DeadlineExceeded Code = "deadline_exceeded" // 504 strict, and the deadline passed
)

// Status is the HTTP status that belongs to c; 500 for a code it does not know.
func (c Code) Status() int {
	switch c {
	case MalformedURL, MalformedJSON, InvalidUTF8, DuplicateField, UnknownField, ReservedField, WrongType, ConflictingFields:
		return 400
	case Unauthorized:
		return 401
	case NotFound, UnknownModel:
		return 404
	case MethodNotAllowed:
		return 405
	case RequestTimeout:
		return 408
	case BodyTooLarge, TooManyDocuments, DocumentsTooLarge, TooLong, TooDeep, BatchTooLarge:
		return 413
	case UnsupportedMediaType:
		return 415
	case EmptyQuery, NoDocuments, NoRequests, MissingField, EmptyID, DuplicateID, NotFinite, OutOfRange,
		UnknownPipeline, UnknownFirstStage, UnknownLanguage, UnknownTruncation, KeepsNothing:
		return 422
	case Overloaded:
		return 429
	case OriginFailed:
		return 502
	case NoModel, ShuttingDown:
		return 503
	case DeadlineExceeded:
		return 504
	}
	return 500
}

// Error is what a caller is told. Its text quotes at most a few words of the
// request, so it may be shown to the caller and should not be logged.
type Error struct {
	Code    Code
	Message string
	// Field is where: documents[3].text. "" = the request as a whole.
	Field string
	// RetryAfter is how many seconds to wait before another try; 0 = not known.
	// It is a header, not part of the body.
	RetryAfter int
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Status is the HTTP status to answer with.
func (e *Error) Status() int { return e.Code.Status() }

// NewError makes an Error without a field.
func NewError(code Code, message string) *Error { return newError(code, "", message) }

// newError bounds what it quotes, whatever a caller sent.
func newError(code Code, field, message string) *Error {
	const longestField, longestMessage = 200, 400
	return &Error{Code: code, Field: clip(field, longestField), Message: clip(message, longestMessage)}
}

// clip cuts s to at most n bytes, between runes.
func clip(s string, n int) string {
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "") + "…"
	}
	return s
}

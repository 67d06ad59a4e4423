package frame

// Codes of an Error: the words of shared/api where it has one.
const (
	// CodeMalformed: the bytes are not a frame.
	CodeMalformed = "malformed_frame"
	// CodeTooLarge: more bytes or names than a frame may have.
	CodeTooLarge = "too_large"
	// CodeTooMany: more than MaxDocuments.
	CodeTooMany = "too_many_documents"
	// CodeRange: an option or a rank that is out of range.
	CodeRange = "out_of_range"
	// CodeLanguage: a language that is unknown or not built in.
	CodeLanguage = "unknown_language"
	// CodeInternal: a defect; the message says no more than that.
	CodeInternal = "internal"
)

// Error says what is wrong with a request, in words that a user may read.
type Error struct {
	// Code is one of the constants above.
	Code string
	// Field that is to blame, "" if none is.
	Field string
	// Message is for people and may change.
	Message string
}

// Error joins the three.
func (e *Error) Error() string {
	if e.Field == "" {
		return e.Code + ": " + e.Message
	}
	return e.Code + ": " + e.Field + ": " + e.Message
}

func malformed(field, message string) *Error {
	return &Error{Code: CodeMalformed, Field: field, Message: message}
}

func tooLarge(field string) *Error {
	return &Error{Code: CodeTooLarge, Field: field, Message: "over the limit of a frame"}
}

func tooMany() *Error {
	return &Error{Code: CodeTooMany, Field: "documents", Message: "more than 65536"}
}

func outOfRange(field, message string) *Error {
	return &Error{Code: CodeRange, Field: field, Message: message}
}

const errorFixed = 24

// AppendError appends the frame of e to dst. Strings that would make it larger
// than MaxBytes are left out.
func AppendError(dst []byte, e *Error) []byte {
	if len(e.Code)+len(e.Field)+len(e.Message) > MaxBytes-errorFixed {
		e = &Error{Code: CodeInternal, Message: "error too large to tell"}
	}
	start := len(dst)
	dst, w := grow(dst, errorFixed)
	w.putU32(12, uint32(len(e.Code)))
	w.putU32(16, uint32(len(e.Field)))
	w.putU32(20, uint32(len(e.Message)))
	dst = append(append(append(dst, e.Code...), e.Field...), e.Message...)
	seal(dst[start:], ErrorKind)
	return dst
}

// seal writes the header of a finished frame.
func seal(b words, kind Kind) {
	b.putU32(0, magic)
	b.putU32(4, uint32(kind))
	b.putU32(8, uint32(len(b)))
}

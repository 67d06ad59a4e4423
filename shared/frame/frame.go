// Package frame is the binary language between JavaScript and Go: one request
// frame in, one response or error frame out, one call per batch. It runs in
// the browser, so it imports neither fmt nor reflect nor encoding/...; the
// TypeScript side is web/src/frame.ts, which carries the same layout, and
// testdata/vectors.json is read by the tests of both.
// See RATIONALE: why-a-frame-of-our-own.
package frame

// LAYOUT, the same text as in web/src/frame.ts
//
// Little-endian. A frame is a header of 4-byte words, then arrays of 4-byte
// words, then the bytes of its strings, one after the other, with no gap and
// no terminator. Only lengths are stored: where a string lies follows from the
// order. So every value has exactly one frame, and a frame that is one byte
// too long or too short is malformed. i64 is two words, low first, above
// -2^53 and below 2^53, so that JavaScript holds it exactly.
//
//	every frame
//	  0  magic      bytes "SRF" and the version, 1
//	  4  kind       1 request, 2 response, 3 error
//	  8  size       bytes of the whole frame
//
//	request
//	 12  operation  0 rank, 1 trim
//	 16  flags      bit 0 first stage hidden, bit 1 explain, bit 2 matches,
//	                bit 3 weights given, bit 4 typing
//	 20  top k      items wanted in the response, 0 = all
//	 24  diversity  float64 in [0, 1]
//	 32  length     2 words: short, long; preferred words of a document, 0 = default
//	 40  budget     5 words of a trim, 0 = default: documents, floor, cap,
//	                threshold (1 = 65536), first stage (int32, -1 = none)
//	 60  weights    a word for each signal, in the order of heuristics/signal.go,
//	                zero unless given
//	     reserved   zero up to byte 128: the room for further signals and options, whose
//	                zero means the default; an older reader refuses what it does not know
//	128  language   length in bytes; "" or "auto" detects it
//	132  query      length in bytes
//	136  documents  count
//	140  documents x { title length, text length, first-stage rank (0 = unknown) }
//	     strings: language, query, then title and text of each document
//
//	response
//	 12  flags      bit 0 stemmed
//	 16  trust      i64, in the first stage's order, 1 = 65536
//	 24  scorer     length in bytes
//	 28  language   length in bytes
//	 32  names      count: reasons and signals, distinct, in the order in which
//	                the items and then the parts first use them
//	 36  items      count, best first
//	 40  parts      count, over all items
//	 44  spans      count, over all items
//	 48  names x { length }
//	     items x { score i64 (1 = 65536), index, name of the reason,
//	               flags (bit 0 kept), part count, span count }
//	     parts x { name of the signal, raw i64, weight i64, contribution i64 }
//	     spans x { start, end } in bytes of the document's UTF-8 text
//	     strings: scorer, language, names
//
//	error
//	 12  code       length in bytes
//	 16  field      length in bytes, may be 0
//	 20  message    length in bytes
//	     strings: code, field, message
//
// Limits: 64 MiB a frame, 65536 documents a request, 256 names a response.
//
// Strings are UTF-8 by agreement only: Go takes any bytes and the scorer has
// an answer for invalid ones. JavaScript encodes a lone surrogate as U+FFFD.
//
// END OF LAYOUT

// Limits of a frame. A frame beyond one is refused before anything is
// allocated for it.
const (
	// MaxBytes of a whole frame.
	MaxBytes = 64 << 20
	// MaxDocuments of a request.
	MaxDocuments = 1 << 16
	// MaxNames is the number of distinct reasons and signals of a response.
	MaxNames = 256
)

const (
	magic = 'S' | 'R'<<8 | 'F'<<16 | version<<24
	// version of the layout. It rises when a meaning changes; an option that
	// takes a reserved word leaves it as it is.
	version = 1

	maxInt   = 1<<31 - 1
	maxExact = 1<<53 - 1

	headerBytes = 12
)

// Kind of a frame.
type Kind uint32

// The three kinds.
const (
	RequestKind  Kind = 1
	ResponseKind Kind = 2
	ErrorKind    Kind = 3
)

// kindOf reads the kind of frame b after checking its magic, version and size.
func kindOf(b []byte) (Kind, error) {
	if len(b) > MaxBytes {
		return 0, tooLarge("frame")
	}
	if len(b) < headerBytes {
		return 0, malformed("frame", "shorter than its header")
	}
	w := words(b)
	if w.u32(0) != magic {
		return 0, malformed("magic", "not a frame of this version")
	}
	if int64(w.u32(8)) != int64(len(b)) {
		return 0, malformed("size", "not the number of bytes given")
	}
	return Kind(w.u32(4)), nil
}

// expect checks that b is a frame of kind with at least fixed bytes.
func expect(b []byte, kind Kind, fixed int) error {
	got, err := kindOf(b)
	if err != nil {
		return err
	}
	if got != kind {
		return malformed("kind", "not the one expected")
	}
	if len(b) < fixed {
		return malformed("frame", "shorter than its fixed part")
	}
	return nil
}

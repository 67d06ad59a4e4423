import { SplitrankError } from "./error.js";

// LAYOUT, the same text as in shared/frame/frame.go
//
// Little-endian. A frame is a header of 4-byte words, then arrays of 4-byte
// words, then the bytes of its strings, one after the other, with no gap and
// no terminator. Only lengths are stored: where a string lies follows from the
// order. So every value has exactly one frame, and a frame that is one byte
// too long or too short is malformed. i64 is two words, low first, above
// -2^53 and below 2^53, so that JavaScript holds it exactly.
//
//   every frame
//     0  magic      bytes "SRF" and the version, 1
//     4  kind       1 request, 2 response, 3 error
//     8  size       bytes of the whole frame
//
//   request
//    12  operation  0 rank, 1 trim
//    16  flags      bit 0 first stage hidden, bit 1 explain, bit 2 matches,
//                   bit 3 weights given, bit 4 typing
//    20  top k      items wanted in the response, 0 = all
//    24  diversity  float64 in [0, 1]
//    32  length     2 words: short, long; preferred words of a document, 0 = default
//    40  budget     5 words of a trim, 0 = default: documents, floor, cap,
//                   threshold (1 = 65536), first stage (int32, -1 = none)
//    60  weights    a word for each signal, in the order of heuristics/signal.go,
//                   zero unless given
//        reserved   zero up to byte 128: the room for further signals and options, whose
//                   zero means the default; an older reader refuses what it does not know
//   128  language   length in bytes; "" or "auto" detects it
//   132  query      length in bytes
//   136  documents  count
//   140  documents x { title length, text length, first-stage rank (0 = unknown) }
//        strings: language, query, then title and text of each document
//
//   response
//    12  flags      bit 0 stemmed
//    16  trust      i64, in the first stage's order, 1 = 65536
//    24  scorer     length in bytes
//    28  language   length in bytes
//    32  names      count: reasons and signals, distinct, in the order in which
//                   the items and then the parts first use them
//    36  items      count, best first
//    40  parts      count, over all items
//    44  spans      count, over all items
//    48  names x { length }
//        items x { score i64 (1 = 65536), index, name of the reason,
//                  flags (bit 0 kept), part count, span count }
//        parts x { name of the signal, raw i64, weight i64, contribution i64 }
//        spans x { start, end } in bytes of the document's UTF-8 text
//        strings: scorer, language, names
//
//   error
//    12  code       length in bytes
//    16  field      length in bytes, may be 0
//    20  message    length in bytes
//        strings: code, field, message
//
// Limits: 64 MiB a frame, 65536 documents a request, 256 names a response.
//
// Strings are UTF-8 by agreement only: Go takes any bytes and the scorer has
// an answer for invalid ones. JavaScript encodes a lone surrogate as U+FFFD.
//
// END OF LAYOUT

export const MAGIC = 0x01465253;
export const MAX_BYTES = 64 << 20;
export const MAX_INT = 0x7fffffff;

export const KIND_REQUEST = 1;
export const KIND_RESPONSE = 2;
export const KIND_ERROR = 3;

/** ONE is the fixed-point score of 1. */
export const ONE = 65536;

export const HEADER_BYTES = 12;

/** open checks magic, version and size. */
export function open(frame: Uint8Array): DataView {
  if (frame.byteLength > MAX_BYTES) {
    throw new SplitrankError("too_large", "frame", "over the limit of a frame");
  }
  if (frame.byteLength < HEADER_BYTES) {
    throw malformed("frame", "shorter than its header");
  }
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) {
    throw malformed("magic", "not a frame of this version");
  }
  if (view.getUint32(8, true) !== frame.byteLength) {
    throw malformed("size", "not the number of bytes given");
  }
  return view;
}

/** expect is open for a frame of one kind, which has at least fixed bytes. */
export function expect(frame: Uint8Array, kind: number, fixed: number): DataView {
  const view = open(frame);
  if (view.getUint32(4, true) !== kind) {
    throw malformed("kind", "not the one expected");
  }
  if (frame.byteLength < fixed) {
    throw malformed("frame", "shorter than its fixed part");
  }
  return view;
}

/** malformed is the error of a frame that is none. */
export function malformed(field: string, message: string): SplitrankError {
  return new SplitrankError("malformed_frame", field, message);
}

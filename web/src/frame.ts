import { SplitrankError, type ErrorCode } from "./error.js";
import type { Budget, Length, Weights } from "./options.js";
import type { Item, Part, Ranking, Span } from "./ranking.js";

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
//                   bit 3 weights given
//    20  top k      items wanted in the response, 0 = all
//    24  diversity  float64 in [0, 1]
//    32  length     2 words: short, long; preferred words of a document, 0 = default
//    40  budget     5 words of a trim, 0 = default: documents, floor, cap,
//                   threshold (1 = 65536), first stage (int32, -1 = none)
//    60  weights    9 words, zero unless given: overlap, exact, phrase, proximity,
//                   position, grams, feedback, length, first stage
//    96  reserved   32 bytes of zero: the room for further options, whose zero
//                   means the default; an older reader refuses what it does not know
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

const MAGIC = 0x01465253;
const MAX_BYTES = 64 << 20;
const MAX_DOCUMENTS = 1 << 16;
const MAX_NAMES = 256;
const MAX_INT = 0x7fffffff;
const WORD = 0x100000000;

const KIND_REQUEST = 1;
const KIND_RESPONSE = 2;
const KIND_ERROR = 3;

const HEADER_BYTES = 12;
const REQUEST_BYTES = 140;
const LENGTH_AT = 32;
const RESERVED_AT = 96;
const LANGUAGE_AT = 128;
const QUERY_AT = 132;
const COUNT_AT = 136;
const DOCUMENT_BYTES = 12;
const RESPONSE_BYTES = 48;
const NAME_BYTES = 4;
const ITEM_BYTES = 28;
const PART_BYTES = 28;
const SPAN_BYTES = 8;
const ERROR_BYTES = 24;

/** Over this many bytes a request is measured exactly before memory is taken for it: Go keeps no more than this between calls. */
const MEASURE_BYTES = 4 << 20;

/** One is the fixed-point score of 1. */
const ONE = 65536;

const NO_WEIGHTS: Weights = {
  overlap: 0, exact: 0, phrase: 0, proximity: 0, position: 0, grams: 0, feedback: 0, length: 0, firstStage: 0,
};

/** Text is a string, or bytes that are taken for UTF-8 as they are. */
export type Text = string | Uint8Array;

/** FrameDocument is one candidate as it travels. */
export interface FrameDocument {
  readonly title: Text;
  readonly text: Text;
  readonly rank: number;
}

/** FrameRequest is one batch, every option spelled out. */
export interface FrameRequest {
  readonly operation: "rank" | "trim";
  readonly language: string;
  readonly hidden: boolean;
  readonly explain: boolean;
  readonly matches: boolean;
  readonly topK: number;
  readonly diversity: number;
  readonly length: Numbers<Length>;
  readonly budget: Numbers<Budget>;
  readonly weights: Weights | undefined;
  readonly query: Text;
  readonly documents: readonly FrameDocument[];
}

/** Numbers is an object of options with none left out. */
type Numbers<T> = { readonly [K in keyof T]-?: number };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * requestRoom is the number of bytes that writeRequest may need: exact for
 * large requests, up to three times too much for small ones, where measuring
 * would cost more than it saves. Throws what is over a limit or out of range.
 */
export function requestRoom(r: FrameRequest): number {
  check(r);
  const fixed = REQUEST_BYTES + DOCUMENT_BYTES * r.documents.length;
  let room = fixed + textBytes(r, mostBytes);
  if (room > MEASURE_BYTES) {
    room = fixed + textBytes(r, exactBytes);
  }
  if (room > MAX_BYTES) {
    throw new SplitrankError("too_large", "frame", "over the limit of a frame");
  }
  return room;
}

function textBytes(r: FrameRequest, size: (text: Text) => number): number {
  let sum = size(r.language) + size(r.query);
  for (const d of r.documents) {
    sum += size(d.title) + size(d.text);
  }
  return sum;
}

function mostBytes(text: Text): number {
  return typeof text === "string" ? 3 * text.length : text.byteLength;
}

/** exactBytes counts the UTF-8 bytes of a text. A lone surrogate takes three, as U+FFFD does. */
function exactBytes(text: Text): number {
  if (typeof text !== "string") {
    return text.byteLength;
  }
  let n = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      continue;
    }
    n += unit < 0x800 ? 1 : 2;
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      i++; // a pair: four bytes from two units, of which two are counted and two were added
    }
  }
  return n;
}

/** writeRequest writes the frame of r at the start of target, which has requestRoom bytes, and returns its size. */
export function writeRequest(r: FrameRequest, target: Uint8Array): number {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  writeOptions(r, view);
  let at = REQUEST_BYTES + DOCUMENT_BYTES * r.documents.length;
  at = writeText(r.language, target, view, LANGUAGE_AT, at);
  at = writeText(r.query, target, view, QUERY_AT, at);
  let row = REQUEST_BYTES;
  for (const d of r.documents) {
    at = writeText(d.title, target, view, row, at);
    at = writeText(d.text, target, view, row + 4, at);
    view.setUint32(row + 8, d.rank, true);
    row += DOCUMENT_BYTES;
  }
  view.setUint32(8, at, true);
  return at;
}

/** encodeRequest is writeRequest into memory of its own. */
export function encodeRequest(r: FrameRequest): Uint8Array {
  const target = new Uint8Array(requestRoom(r));
  return target.slice(0, writeRequest(r, target));
}

function writeOptions(r: FrameRequest, view: DataView): void {
  const flags = [r.hidden, r.explain, r.matches, r.weights !== undefined];
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, KIND_REQUEST, true);
  view.setUint32(12, r.operation === "trim" ? 1 : 0, true);
  view.setUint32(16, flags.reduce((bits, flag, i) => bits | (flag ? 1 << i : 0), 0), true);
  view.setUint32(20, r.topK, true);
  view.setFloat64(24, r.diversity, true);
  numbers(r).forEach(([, value], i) => view.setInt32(LENGTH_AT + 4 * i, value, true));
  for (let at = RESERVED_AT; at < LANGUAGE_AT; at += 4) {
    view.setUint32(at, 0, true);
  }
  view.setUint32(COUNT_AT, r.documents.length, true);
}

/** numbers are length, budget and weights, with their names, in the order of the layout. */
function numbers({ length, budget, weights = NO_WEIGHTS }: FrameRequest): [string, number][] {
  return [
    ["length.short", length.short],
    ["length.long", length.long],
    ["budget.documents", budget.documents],
    ["budget.floor", budget.floor],
    ["budget.cap", budget.cap],
    ["budget.threshold", Math.round(budget.threshold * ONE)],
    ["budget.firstStage", budget.firstStage],
    ["weights.overlap", weights.overlap],
    ["weights.exact", weights.exact],
    ["weights.phrase", weights.phrase],
    ["weights.proximity", weights.proximity],
    ["weights.position", weights.position],
    ["weights.grams", weights.grams],
    ["weights.feedback", weights.feedback],
    ["weights.length", weights.length],
    ["weights.firstStage", weights.firstStage],
  ];
}

/** writeText writes text at byte at, its length into the word at lengthAt, and returns where the next text starts. */
function writeText(text: Text, target: Uint8Array, view: DataView, lengthAt: number, at: number): number {
  let written = text.length;
  if (typeof text !== "string") {
    target.set(text, at);
  } else if (written > 0) {
    written = encoder.encodeInto(text, target.subarray(at)).written;
  }
  view.setUint32(lengthAt, written, true);
  return at + written;
}

/** check holds r against what a frame can say. What the numbers mean is for the scorer to judge. */
function check(r: FrameRequest): void {
  checkInteger("topK", r.topK, 0);
  if (!(r.diversity >= 0 && r.diversity <= 1)) {
    throw outOfRange("diversity", "not between 0 and 1");
  }
  for (const [name, value] of numbers(r)) {
    checkInteger(name, value, name === "budget.firstStage" ? -1 : 0);
  }
  if (r.documents.length > MAX_DOCUMENTS) {
    throw new SplitrankError("too_many_documents", "documents", "more than 65536");
  }
  const i = r.documents.findIndex((d) => !isInteger(d.rank, 0));
  if (i >= 0) {
    throw notWhole(`documents[${i}].rank`, 0);
  }
}

function checkInteger(name: string, value: number, least: number): void {
  if (!isInteger(value, least)) {
    throw notWhole(name, least);
  }
}

function notWhole(field: string, least: number): SplitrankError {
  return outOfRange(field, `not a whole number between ${least} and 2147483647`);
}

function isInteger(n: number, least: number): boolean {
  return Number.isInteger(n) && n >= least && n <= MAX_INT;
}

function outOfRange(field: string, message: string): SplitrankError {
  return new SplitrankError("out_of_range", field, message);
}

function malformed(field: string, message: string): SplitrankError {
  return new SplitrankError("malformed_frame", field, message);
}

/** decodeAnswer reads a response or an error frame. It throws only where the frame is neither. */
export function decodeAnswer(frame: Uint8Array): Ranking | SplitrankError {
  const kind = open(frame).getUint32(4, true);
  return kind === KIND_ERROR ? decodeError(frame) : decodeResponse(frame);
}

/** decodeError reads an error frame as the error that it stands for. */
export function decodeError(frame: Uint8Array): SplitrankError {
  const view = expect(frame, KIND_ERROR, ERROR_BYTES);
  const strings = new Strings(frame, ERROR_BYTES);
  const code = strings.next(view.getUint32(12, true));
  const field = strings.next(view.getUint32(16, true));
  const message = strings.next(view.getUint32(20, true));
  strings.end();
  return new SplitrankError(code as ErrorCode, field, message);
}

/** open checks magic, version and size. */
function open(frame: Uint8Array): DataView {
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

function expect(frame: Uint8Array, kind: number, fixed: number): DataView {
  const view = open(frame);
  if (view.getUint32(4, true) !== kind) {
    throw malformed("kind", "not the one expected");
  }
  if (frame.byteLength < fixed) {
    throw malformed("frame", "shorter than its fixed part");
  }
  return view;
}

/** Strings cuts strings from the end of a frame, in order. */
class Strings {
  readonly #frame: Uint8Array;
  #at: number;
  #short = false;

  constructor(frame: Uint8Array, at: number) {
    this.#frame = frame;
    this.#at = at;
  }

  next(bytes: number): string {
    const end = this.#at + bytes;
    if (end > this.#frame.byteLength) {
      this.#short = true;
      this.#at = this.#frame.byteLength;
      return "";
    }
    const text = decoder.decode(this.#frame.subarray(this.#at, end));
    this.#at = end;
    return text;
  }

  /** end checks that the strings filled the frame exactly. */
  end(): void {
    if (this.#short || this.#at !== this.#frame.byteLength) {
      throw malformed("strings", "lengths do not fill the frame");
    }
  }
}

/** decodeResponse reads a response frame. */
export function decodeResponse(frame: Uint8Array): Ranking {
  const view = expect(frame, KIND_RESPONSE, RESPONSE_BYTES);
  const reader = new ResponseReader(view);
  const flags = view.getUint32(12, true);
  const trust = int64(view, 16);
  if (flags > 1 || !Number.isSafeInteger(trust)) {
    throw malformed("response", "a flag or a number out of range");
  }
  const strings = new Strings(frame, reader.end);
  const scorer = strings.next(view.getUint32(24, true));
  const language = strings.next(view.getUint32(28, true));
  reader.readNames(strings);
  return { scorer, language, stemmed: flags === 1, trust: trust / ONE, items: reader.readItems() };
}

/** ResponseReader walks the arrays of a response frame. */
class ResponseReader {
  readonly #view: DataView;
  readonly #nameCount: number;
  readonly #itemCount: number;
  readonly #itemsAt: number;
  readonly #spansAt: number;
  readonly #names: string[] = [];
  /** Names used so far: the next new one must be this. */
  #used = 0;
  #part: number;
  #span: number;
  /** Where the strings start. */
  readonly end: number;

  constructor(view: DataView) {
    this.#view = view;
    this.#nameCount = view.getUint32(32, true);
    this.#itemCount = view.getUint32(36, true);
    if (this.#nameCount > MAX_NAMES) {
      throw new SplitrankError("too_large", "names", "over the limit of a frame");
    }
    this.#itemsAt = RESPONSE_BYTES + NAME_BYTES * this.#nameCount;
    this.#part = this.#itemsAt + ITEM_BYTES * this.#itemCount;
    this.#span = this.#spansAt = this.#part + PART_BYTES * view.getUint32(40, true);
    this.end = this.#span + SPAN_BYTES * view.getUint32(44, true);
    if (this.end > view.byteLength) {
      throw malformed("response", "more than the frame holds");
    }
  }

  readNames(strings: Strings): void {
    for (let i = 0; i < this.#nameCount; i++) {
      this.#names.push(strings.next(this.#view.getUint32(RESPONSE_BYTES + NAME_BYTES * i, true)));
    }
    strings.end();
    if (new Set(this.#names).size !== this.#nameCount) {
      throw malformed("names", "not distinct");
    }
  }

  /** readItems reads all items first and their parts and spans after, which is the order in which names are used. */
  readItems(): Item[] {
    const items: Item[] = [];
    for (let i = 0; i < this.#itemCount; i++) {
      items.push(this.#item(this.#itemsAt + ITEM_BYTES * i));
    }
    items.forEach((item, i) => this.#attach(item, this.#itemsAt + ITEM_BYTES * i));
    if (this.#used !== this.#nameCount || this.#part !== this.#spansAt || this.#span !== this.end) {
      throw malformed("response", "holds what no item uses");
    }
    return items;
  }

  #item(at: number): Item {
    const score = int64(this.#view, at);
    const index = this.#view.getUint32(at + 8, true);
    const reason = this.#name(this.#view.getUint32(at + 12, true));
    const flags = this.#view.getUint32(at + 16, true);
    if (index > MAX_INT || flags > 1 || !Number.isSafeInteger(score)) {
      throw malformed("items", "a number out of range");
    }
    return { index, score: score / ONE, kept: flags === 1, reason, explanation: [], matches: [] };
  }

  /** name looks up a reference and holds it to the order of first use. */
  #name(i: number): string {
    const name = this.#names[i];
    if (i > this.#used || name === undefined) {
      throw malformed("items", "a number out of range");
    }
    if (i === this.#used) {
      this.#used++;
    }
    return name;
  }

  #attach(item: Item, at: number): void {
    const parts = this.#view.getUint32(at + 20, true);
    const spans = this.#view.getUint32(at + 24, true);
    if (this.#part + PART_BYTES * parts > this.#spansAt || this.#span + SPAN_BYTES * spans > this.end) {
      throw malformed("items", "parts or spans out of range");
    }
    for (let i = 0; i < parts; i++, this.#part += PART_BYTES) {
      item.explanation.push(this.#readPart(this.#part));
    }
    for (let i = 0; i < spans; i++, this.#span += SPAN_BYTES) {
      item.matches.push(this.#readSpan(this.#span));
    }
  }

  #readPart(at: number): Part {
    const signal = this.#name(this.#view.getUint32(at, true));
    const raw = int64(this.#view, at + 4);
    const weight = int64(this.#view, at + 12);
    const contribution = int64(this.#view, at + 20);
    if (!Number.isSafeInteger(raw) || !Number.isSafeInteger(weight) || !Number.isSafeInteger(contribution)) {
      throw malformed("items", "a number out of range");
    }
    return { signal, raw: raw / ONE, weight: weight / ONE, contribution: contribution / ONE };
  }

  #readSpan(at: number): Span {
    const start = this.#view.getUint32(at, true);
    const end = this.#view.getUint32(at + 4, true);
    if (end < start || end > MAX_INT) {
      throw malformed("items", "a number out of range");
    }
    return { start, end };
  }
}

function int64(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * WORD + view.getUint32(at, true);
}

import { outOfRange, share } from "./checks.js";
import { SplitrankError } from "./error.js";
import { KIND_REQUEST, MAGIC, MAX_BYTES, MAX_INT, ONE } from "./frame.js";
import { defaultWeights, type Budget, type Length, type Weights } from "./options.js";
import type { Text } from "./text.js";

const MAX_DOCUMENTS = 1 << 16;

const REQUEST_BYTES = 140;
const LENGTH_AT = 32;
const LANGUAGE_AT = 128;
const QUERY_AT = 132;
const COUNT_AT = 136;
const DOCUMENT_BYTES = 12;

/** Over this many bytes a request is measured exactly before memory is taken for it: Go keeps no more than this between calls. */
const MEASURE_BYTES = 4 << 20;

/** NUMBERS are the options of numbers, in the order of the layout. One that is left out is 0. */
export const NUMBERS = {
  length: ["short", "long"],
  budget: ["documents", "floor", "cap", "threshold", "firstStage"],
  weights: Object.keys(defaultWeights) as (keyof Weights)[],
} as const satisfies { length: readonly (keyof Length)[]; budget: readonly (keyof Budget)[]; weights: readonly (keyof Weights)[] };

/** FrameDocument is one candidate as it travels. */
export interface FrameDocument {
  readonly title: Text;
  readonly text: Text;
  readonly rank: number;
}

/** FrameRequest is one batch, its options spelled out but for numbers. */
export interface FrameRequest {
  readonly operation: "rank" | "trim";
  readonly language: string;
  readonly hidden: boolean;
  readonly explain: boolean;
  readonly matches: boolean;
  readonly typing: boolean;
  readonly topK: number;
  readonly diversity: number;
  readonly length: Length | undefined;
  readonly budget: Budget | undefined;
  readonly weights: Weights | undefined;
  readonly query: Text;
  readonly documents: readonly FrameDocument[];
}

const encoder = new TextEncoder();

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
  const flags = [r.hidden, r.explain, r.matches, r.weights !== undefined, r.typing];
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, KIND_REQUEST, true);
  view.setUint32(12, r.operation === "trim" ? 1 : 0, true);
  view.setUint32(16, flags.reduce((bits, flag, i) => bits | (flag ? 1 << i : 0), 0), true);
  view.setUint32(20, r.topK, true);
  view.setFloat64(24, r.diversity, true);
  for (let at = LENGTH_AT; at < LANGUAGE_AT; at += 4) {
    view.setUint32(at, 0, true); // what is reserved stays so
  }
  numbers(r).forEach(([, value], i) => view.setInt32(LENGTH_AT + 4 * i, value, true));
  view.setUint32(COUNT_AT, r.documents.length, true);
}

/** numbers are length, budget and weights, with their names, in the order of the layout. */
function numbers(r: FrameRequest): [name: string, value: number][] {
  return Object.entries(NUMBERS).flatMap(([option, names]) => {
    const given = r[option as keyof typeof NUMBERS] as Readonly<Record<string, number | undefined>> | undefined;
    return names.map((name): [string, number] => [`${option}.${name}`, fixed(name, given?.[name] ?? 0)]);
  });
}

/** fixed is a number as the frame has it: a threshold is a score. */
function fixed(name: string, value: number): number {
  return name === "threshold" ? Math.round(value * ONE) : value;
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
  share(r.diversity, "diversity");
  for (const [name, value] of numbers(r)) {
    checkInteger(name, value, name === "budget.firstStage" ? -1 : 0);
  }
  if (r.documents.length > MAX_DOCUMENTS) {
    throw new SplitrankError("too_many_documents", "documents", "more than 65536");
  }
  const i = r.documents.findIndex((d) => !isInteger(d.rank, 0));
  if (i >= 0) {
    checkInteger(`documents[${i}].rank`, NaN, 0);
  }
}

function checkInteger(name: string, value: number, least: number): void {
  if (!isInteger(value, least)) {
    throw outOfRange(name, `not a whole number between ${least} and ${MAX_INT}`);
  }
}

function isInteger(n: number, least: number): boolean {
  return Number.isInteger(n) && n >= least && n <= MAX_INT;
}

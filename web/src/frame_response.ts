import { SplitrankError, type ErrorCode } from "./error.js";
import { expect, KIND_ERROR, KIND_RESPONSE, malformed, MAX_INT, ONE, open } from "./frame.js";
import type { Item, Part, Ranking, Span } from "./ranking.js";

const MAX_NAMES = 256;
const WORD = 0x100000000;

const RESPONSE_BYTES = 48;
const NAME_BYTES = 4;
const ITEM_BYTES = 28;
const PART_BYTES = 28;
const SPAN_BYTES = 8;
const ERROR_BYTES = 24;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

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

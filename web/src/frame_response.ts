import { SplitrankError, type ErrorCode } from "./error.js";
import { expect, HEADER_BYTES, KIND_ERROR, KIND_RESPONSE, malformed, MAX_INT, ONE, open } from "./frame.js";
import type { Item, Part, Ranking, Span } from "./ranking.js";

const MAX_NAMES = 256;
const MAX_WORD = 0xffffffff;

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
  const lengths = new Words(expect(frame, KIND_ERROR, ERROR_BYTES), HEADER_BYTES, "error");
  const [code = "", field = "", message = ""] = strings(frame, ERROR_BYTES, lengths.words(3));
  return new SplitrankError(code as ErrorCode, field, message);
}

/** decodeResponse reads a response frame. */
export function decodeResponse(frame: Uint8Array): Ranking {
  const view = expect(frame, KIND_RESPONSE, RESPONSE_BYTES);
  const head = new Words(view, HEADER_BYTES, "response");
  const stemmed = head.flag();
  const trust = head.score();
  const [scorerBytes = 0, languageBytes = 0, names = 0, items = 0, parts = 0, spans = 0] = head.words(6);
  if (names > MAX_NAMES) {
    throw new SplitrankError("too_large", "names", "over the limit of a frame");
  }
  const itemsAt = RESPONSE_BYTES + NAME_BYTES * names;
  const end = itemsAt + ITEM_BYTES * items + PART_BYTES * parts + SPAN_BYTES * spans;
  if (end > frame.byteLength) {
    throw malformed("response", "more than the frame holds");
  }
  const [scorer = "", language = "", ...named] = strings(frame, end, [scorerBytes, languageBytes, ...head.words(names)]);
  return { scorer, language, stemmed, trust, items: new Rows(new Words(view, itemsAt, "items"), named).read(items, parts, spans) };
}

/** strings cuts strings of so many bytes from the end of a frame, which they fill exactly. */
function strings(frame: Uint8Array, from: number, lengths: readonly number[]): string[] {
  if (lengths.reduce((sum, bytes) => sum + bytes, from) !== frame.byteLength) {
    throw malformed("strings", "lengths do not fill the frame");
  }
  let at = from;
  return lengths.map((bytes) => decoder.decode(frame.subarray(at, at += bytes)));
}

/** Words reads one word of a frame after the other. */
class Words {
  readonly #view: DataView;
  #at: number;
  readonly #field: string;

  /** field is what the words are about, in errors. */
  constructor(view: DataView, at: number, field: string) {
    this.#view = view;
    this.#at = at;
    this.#field = field;
  }

  word(most = MAX_WORD): number {
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return this.#within(value <= most, value);
  }

  words(count: number): number[] {
    return times(count, () => this.word());
  }

  flag(): boolean {
    return this.word(1) === 1;
  }

  /** score is an i64 as the fraction that it stands for. */
  score(): number {
    const low = this.word();
    const value = (this.word() | 0) * (MAX_WORD + 1) + low;
    return this.#within(Number.isSafeInteger(value), value / ONE);
  }

  #within(range: boolean, value: number): number {
    if (!range) {
      throw malformed(this.#field, "a number out of range");
    }
    return value;
  }
}

/** Rows reads all items, then the parts of all, then the spans of all: the order in which names are used. */
class Rows {
  readonly #words: Words;
  readonly #names: readonly string[];
  /** Names used so far: the next new one must be this. */
  #used = 0;

  constructor(words: Words, names: readonly string[]) {
    this.#words = words;
    this.#names = names;
    if (new Set(names).size !== names.length) {
      throw malformed("names", "not distinct");
    }
  }

  read(count: number, parts: number, spans: number): Item[] {
    const rows = times(count, () => ({ item: this.#item(), counts: this.#words.words(2) as [number, number] }));
    checkSum(rows.map(({ counts }) => counts[0]), parts);
    checkSum(rows.map(({ counts }) => counts[1]), spans);
    rows.forEach(({ item, counts }) => item.explanation = times(counts[0], () => this.#part()));
    rows.forEach(({ item, counts }) => item.matches = times(counts[1], () => this.#span()));
    checkSum([this.#used], this.#names.length);
    return rows.map(({ item }) => item);
  }

  #item(): Item {
    const words = this.#words;
    return { score: words.score(), index: words.word(MAX_INT), reason: this.#name(), kept: words.flag(), explanation: [], matches: [] };
  }

  #part(): Part {
    const words = this.#words;
    return { signal: this.#name(), raw: words.score(), weight: words.score(), contribution: words.score() };
  }

  #span(): Span {
    const start = this.#words.word();
    const end = this.#words.word(MAX_INT);
    if (end < start) {
      throw malformed("items", "a span that ends before it starts");
    }
    return { start, end };
  }

  /** name looks up a reference and holds it to the order of first use. */
  #name(): string {
    const i = this.#words.word(Math.min(this.#used, this.#names.length - 1));
    this.#used = Math.max(this.#used, i + 1);
    return this.#names[i] as string;
  }
}

/** checkSum says that items use all that there is of something, and no more. */
function checkSum(counts: readonly number[], there: number): void {
  const used = counts.reduce((sum, count) => sum + count, 0);
  if (used !== there) {
    throw used > there ? malformed("items", "more than there is") : malformed("response", "holds what no item uses");
  }
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

import type { Answer, Result } from "./answer.js";
import { number } from "./checks.js";
import { checkSense, plainDocuments, type Document } from "./document.js";
import { SplitrankError, type ErrorCode } from "./error.js";
import { checkResults } from "./join.js";
import type { Span } from "./ranking.js";
import { checkOptions, type RerankOptions } from "./reranker.js";
import type { Text } from "./text.js";

// Between this package's spelling and that of the JSON of POST /rerank, which
// differ in little but topK and top_k.

const decoder = new TextDecoder();

/** requestBody is the JSON of a request. Of the documents it has what ranking needs. */
export function requestBody(query: Text, documents: readonly Document[], options: RerankOptions<never>): string {
  checkOptions(options);
  checkSense(query, documents);
  const { signal: _, onUpdate: __, ...asked } = options;
  const plain = plainDocuments(documents).map(({ title, text, rank }) => ({
    title: title.length === 0 ? undefined : wellFormed(title),
    text: wellFormed(text),
    rank: rank === 0 ? undefined : rank,
  }));
  return JSON.stringify({ query: wellFormed(query), documents: plain, ...respelled(asked, snake) as object });
}

/** wellFormed is a text without lone surrogates, which JSON cannot carry: they become U+FFFD, as they do in a frame. */
function wellFormed(text: Text): string {
  return typeof text === "string" ? text.replace(/\p{Surrogate}/gu, "\ufffd") : decoder.decode(text);
}

/** Asked is what an answer must fit. */
export interface Asked<D extends Document> {
  readonly documents: readonly D[];
  readonly options: RerankOptions<D>;
}

/** answerOf reads an answer. It throws `bad_answer` where that cannot be one, as another API's with the same path. */
export function answerOf<D extends Document>(json: unknown, { documents, options }: Asked<D>, stage: Answer["stage"]): Answer<D> {
  try {
    const answer = respelled(json, camel) as Answer<D>;
    const results = answer.results.map((result) => resultOf(result, documents));
    checkResults(results, Math.min(options.topK ?? Infinity, documents.length), (options.diversity ?? 0) > 0);
    numbers(answer.usage.scored, answer.usage.cached, answer.timingsMs.total);
    return { ...answer, stage, results };
  } catch (cause) {
    throw badAnswer("not an answer to this request", cause);
  }
}

/** A result as it comes: without the document, and with spans as pairs. */
type WireResult = Omit<Result, "document" | "matches"> & { readonly matches?: readonly (readonly [number, number])[] };

function resultOf<D extends Document>(given: object, documents: readonly D[]): Result<D> {
  const { matches, ...rest } = given as WireResult;
  const document = documents[rest.index];
  if (document === undefined) {
    throw new Error("a result is of no document");
  }
  numbers(rest.rank, rest.relevanceScore, rest.heuristicScore);
  return matches === undefined ? { ...rest, document } : { ...rest, document, matches: matches.map(span) };
}

/** numbers throws where one of the values, which an answer must have, is none. */
function numbers(...values: readonly unknown[]): void {
  values.forEach((value) => number(value, ""));
}

function span([start, end]: readonly [number, number]): Span {
  return { start, end };
}

/** errorOf reads the body of an error. What is not one of this API's comes from something on the way. */
export function errorOf(body: string, status?: number, retryAfter?: number): SplitrankError {
  const details = { status, retryAfter };
  try {
    const { code, field = "", message } = (JSON.parse(body) as { error: { code: ErrorCode; field?: string; message: string } }).error;
    return new SplitrankError(code.trim() as ErrorCode, camel(field), message.trim(), details);
  } catch (cause) {
    return new SplitrankError("bad_answer", "", `status ${status ?? 200} with an error that is not splitrank's`, { ...details, cause });
  }
}

/** parsed is JSON, or `bad_answer`. */
export function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw badAnswer("not JSON", cause);
  }
}

/** badAnswer is the error of an answer that cannot be one. */
export function badAnswer(message: string, cause?: unknown): SplitrankError {
  return new SplitrankError("bad_answer", "", message, { cause });
}

/** reached is what a network brings, or `unreachable`. address is where work sends a request. */
export async function reached<T>(work: Promise<T>, address?: URL): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new SplitrankError("unreachable", "", `the server cannot be reached${cause instanceof TypeError ? blocked(address) : ""}`, { cause });
  }
}

/** blocked says what else may be wrong in a page of another origin, to which a browser tells no more than that a request failed. */
function blocked(address: URL | undefined): string {
  const { location, origin } = globalThis;
  return location && address && address.origin !== origin ? `, or lacks --cors-origins ${origin}` : "";
}

/** respelled is a copy of JSON with other keys. */
function respelled(json: unknown, spell: (key: string) => string): unknown {
  if (Array.isArray(json)) {
    return json.map((item) => respelled(item, spell));
  }
  if (typeof json !== "object" || json === null) {
    return json;
  }
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [spell(key), respelled(value, spell)]));
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

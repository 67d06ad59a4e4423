import { SplitrankError } from "./error.js";
import type { FrameDocument, FrameRequest, Text } from "./frame_request.js";
import { defaultWeights, type TrimOptions, type Weights } from "./options.js";

/** Document is one candidate: its text, or an object whose other keys are the caller's own. */
export type Document = string | DocumentObject;

export interface DocumentObject {
  /** What is ranked. Bytes are taken for UTF-8 as they are. */
  readonly text: Text;
  /** Counts as the beginning of the text. */
  readonly title?: Text | undefined;
  /** The retriever's rank, 1 = best. Default: behind all that have one, in the order given. */
  readonly rank?: number | undefined;
}

const rankKeys = ["language", "firstStage", "diversity", "length", "weights", "explain", "matches", "topK"];
const trimKeys = [...rankKeys, "budget"];
const noLength = { short: 0, long: 0 };
const noBudget = { documents: 0, floor: 0, cap: 0, threshold: 0, firstStage: 0 };

/** frameRequest spells out the defaults. Throws a SplitrankError that names the field of a wrong type or name. */
export function frameRequest(
  operation: "rank" | "trim",
  query: Text,
  documents: readonly Document[],
  options: TrimOptions,
): FrameRequest {
  refuseUnknown(options, operation === "trim" ? trimKeys : rankKeys, "options");
  if (!Array.isArray(documents)) {
    throw wrongType("documents", "an array");
  }
  if (!isText(query)) {
    throw wrongType("query", "a string or a Uint8Array");
  }
  return {
    operation,
    query,
    language: typed(options.language, "", "string", "language"),
    hidden: firstStage(options.firstStage) === "hidden",
    explain: typed(options.explain, false, "boolean", "explain"),
    matches: typed(options.matches, false, "boolean", "matches"),
    topK: typed(options.topK, 0, "number", "topK"),
    diversity: typed(options.diversity, 0, "number", "diversity"),
    length: numbers(options.length, noLength, "length"),
    budget: numbers(options.budget, noBudget, "budget"),
    weights: options.weights === undefined ? undefined : weights(options.weights),
    documents: documents.map(frameDocument),
  };
}

function frameDocument(d: Document, i: number): FrameDocument {
  if (typeof d === "string") {
    return { title: "", text: d, rank: 0 };
  }
  if (typeof d !== "object" || d === null) {
    throw wrongType(`documents[${i}]`, "a string or an object with text");
  }
  const { title = "", text, rank = 0 } = d;
  if (!isText(title) || !isText(text)) {
    throw wrongType(`documents[${i}].${isText(title) ? "text" : "title"}`, "a string or a Uint8Array");
  }
  if (typeof rank !== "number") {
    throw wrongType(`documents[${i}].rank`, "a number");
  }
  return { title, text, rank };
}

function firstStage(value: string | undefined): string {
  if (value !== undefined && value !== "given" && value !== "hidden") {
    throw new SplitrankError("out_of_range", "firstStage", 'neither "given" nor "hidden"');
  }
  return value ?? "given";
}

function isText(value: unknown): value is Text {
  return typeof value === "string" || value instanceof Uint8Array;
}

/** typed is value, or otherwise where it is undefined. */
function typed<T extends string | number | boolean>(value: T | undefined, otherwise: T, type: string, field: string): T {
  if (value !== undefined && typeof value !== type) {
    throw wrongType(field, `a ${type}`);
  }
  return value ?? otherwise;
}

/** numbers is given with what it leaves out taken from defaults, which has every name there is. */
function numbers<T extends Record<string, number>>(given: { readonly [K in keyof T]?: number | undefined } | undefined, defaults: T, field: string): T {
  if (given === undefined) {
    return defaults;
  }
  refuseUnknown(given, Object.keys(defaults), field);
  const named = Object.entries(defaults).map(([key, otherwise]) => [key, typed(given[key], otherwise, "number", `${field}.${key}`)]);
  return Object.fromEntries(named) as T;
}

/** weights have no defaults of their own: one that is forgotten would silently be none. */
function weights(given: Weights): Weights {
  refuseUnknown(given, Object.keys(defaultWeights), "weights");
  const missing = Object.keys(defaultWeights).find((key) => typeof given[key as keyof Weights] !== "number");
  if (missing !== undefined) {
    throw wrongType(`weights.${missing}`, "a number");
  }
  return given;
}

/** refuseUnknown throws where options, which is called field, is no object or has a key beyond known. */
function refuseUnknown(options: object, known: readonly string[], field: string): void {
  if (typeof options !== "object" || options === null) {
    throw wrongType(field, "an object");
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new SplitrankError("unknown_field", field === "options" ? unknown : `${field}.${unknown}`, "no such option");
  }
}

function wrongType(field: string, wanted: string): SplitrankError {
  return new SplitrankError("wrong_type", field, `not ${wanted}`);
}

import { SplitrankError } from "./error.js";
import type { FrameDocument, FrameRequest, Text } from "./frame.js";

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

/** RankOptions of one call. Every default is the server's. */
export interface RankOptions {
  /** Language of the query as an ISO 639-1 code. Default "auto": detected. */
  readonly language?: string | undefined;
  /** "hidden" when the order of the documents means nothing. Default "given". */
  readonly firstStage?: "given" | "hidden" | undefined;
  /** 0 to 1: re-orders so that near-duplicates part, by maximal marginal relevance. Default 0. */
  readonly diversity?: number | undefined;
  /** Fills `explanation`. Default false. */
  readonly explain?: boolean | undefined;
  /** Fills `matches`. Default false. */
  readonly matches?: boolean | undefined;
  /** Items wanted. Default 0: all. */
  readonly topK?: number | undefined;
}

/** TrimOptions of one call. */
export interface TrimOptions extends RankOptions {
  /** How many documents to keep. Default: as many as their scores suggest. */
  readonly budget?: { readonly documents?: number | undefined } | undefined;
}

const rankKeys = ["language", "firstStage", "diversity", "explain", "matches", "topK"];
const trimKeys = [...rankKeys, "budget"];

/** frameRequest spells out the defaults. Throws a SplitrankError that names the field of a wrong type or name. */
export function frameRequest(
  operation: "rank" | "trim",
  query: Text,
  documents: readonly Document[],
  options: TrimOptions,
): FrameRequest {
  refuseUnknown(options, operation === "trim" ? trimKeys : rankKeys, "");
  refuseUnknown(options.budget ?? {}, ["documents"], "budget.");
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
    budget: typed(options.budget?.documents, 0, "number", "budget.documents"),
    diversity: typed(options.diversity, 0, "number", "diversity"),
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

function refuseUnknown(options: object, known: readonly string[], prefix: string): void {
  if (typeof options !== "object" || options === null) {
    throw wrongType(prefix === "" ? "options" : prefix.slice(0, -1), "an object");
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new SplitrankError("unknown_field", prefix + unknown, "no such option");
  }
}

function wrongType(field: string, wanted: string): SplitrankError {
  return new SplitrankError("wrong_type", field, `not ${wanted}`);
}

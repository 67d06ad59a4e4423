import { decimal, m, whole } from "../messages/index.js";
import type { Passage } from "./document.js";

/** Format of what was pasted; see parse. */
type Format = "text" | "json" | "jsonl";

/** Parsed is what was understood of a source. */
export interface Parsed {
  readonly format: Format;
  readonly passages: readonly Passage[];
  /** Of a whole request: its query. */
  readonly query?: string;
}

/** Most documents and characters that this page takes. A server has limits of its own. */
const MAX_DOCUMENTS = 10_000;
const MAX_MEGABYTES = 16;

/** SourceError says in the interface's language what is wrong with a source. */
export class SourceError extends Error {}

/**
 * parse reads documents from text: JSON (a list, or a request that has one),
 * JSONL (one document on each line), or else texts with blank lines between.
 * Throws a SourceError that names the place.
 */
export function parse(source: string): Parsed {
  if (source.length > MAX_MEGABYTES << 20) {
    throw new SourceError(m().editor.errors.large(decimal(source.length / (1 << 20), 1), whole(MAX_MEGABYTES)));
  }
  const parsed = read(source.replace(/^\uFEFF/, ""));
  if (parsed.passages.length > MAX_DOCUMENTS) {
    throw new SourceError(m().editor.errors.many(whole(parsed.passages.length), whole(MAX_DOCUMENTS)));
  }
  return parsed;
}

function read(source: string): Parsed {
  switch (detect(source)) {
    case "json":
      return fromJSON(json(source, 1));
    case "jsonl":
      return fromJSONL(source);
    case "text":
      return { format: "text", passages: source.split(/\n[^\S\n]*\n/).map((text) => ({ text: text.trim() })).filter(({ text }) => text !== "") };
  }
}

/** detect goes by the beginning: a list is JSON, an object on the first line with another below it is JSONL. */
function detect(source: string): Format {
  const lines = source.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const [first = "", second = ""] = lines;
  if (first.startsWith("[")) {
    return "json";
  }
  if (!first.startsWith("{") && !(first.startsWith('"') && first.endsWith('"') && second.startsWith('"'))) {
    return "text";
  }
  return second === "" || !/[}"]$/.test(first) ? "json" : "jsonl";
}

function fromJSONL(source: string): Parsed {
  const passages = source.split("\n").flatMap((line, i) => (line.trim() === "" ? [] : [passage(json(line, i + 1), m().editor.place.line(i + 1))]));
  return { format: "jsonl", passages };
}

function fromJSON(value: unknown): Parsed {
  const list = listOf(value);
  if (list === undefined) {
    throw new SourceError(m().editor.errors.list);
  }
  const query = field(value, "query");
  return {
    format: "json",
    passages: list.map((item, i) => passage(item, m().editor.place.item(i + 1))),
    ...(typeof query === "string" && { query }),
  };
}

/** listOf finds the documents: the value itself, those of a request, or the value where it is one document. */
function listOf(value: unknown): readonly unknown[] | undefined {
  const list = [value, field(value, "documents"), field(value, "chunks"), field(value, "texts")].find(Array.isArray);
  return list ?? (typeof field(value, "text") === "string" ? [value] : undefined);
}

/** passage takes a text or an object with one; `_id` is the id in BEIR's files. */
function passage(item: unknown, place: string): Passage {
  if (typeof item === "string") {
    return { text: item };
  }
  const [text, title, rank] = ["text", "title", "rank"].map((name) => field(item, name));
  const id = field(item, "id") ?? field(item, "_id");
  if (typeof text !== "string") {
    throw new SourceError(m().editor.errors.item(place));
  }
  return {
    text,
    ...((typeof id === "string" || typeof id === "number") && { id: String(id) }),
    ...(typeof title === "string" && title !== "" && { title }),
    ...(rank !== undefined && rank !== null && { rank: checkedRank(rank, place) }),
  };
}

function checkedRank(rank: unknown, place: string): number {
  if (!Number.isInteger(rank) || (rank as number) < 1) {
    throw new SourceError(m().editor.errors.rank(place));
  }
  return rank as number;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** json parses what begins on the given line. */
function json(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = (error as Error).message;
    const [, position] = /position (\d+)/.exec(detail) ?? [];
    const before = position === undefined ? text : text.slice(0, Number(position));
    throw new SourceError(m().editor.errors.json(line + before.split("\n").length - 1, detail));
  }
}

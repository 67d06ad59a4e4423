import { decimal, m, whole } from "../messages/index.js";
import { tableOf, type Table } from "./csv.js";
import type { Passage } from "./document.js";

/** Format of what was pasted; see parse. */
export type Format = "text" | "lines" | "json" | "jsonl" | "csv" | "langchain" | "llamaindex";

/** Parsed is what was understood of a source. */
export interface Parsed {
  readonly format: Format;
  readonly passages: readonly Passage[];
  /** Of a whole request: its query. */
  readonly query?: string;
  /** Of separated values: the column that was taken for the text. */
  readonly column?: string;
}

/** Most documents and characters that this page takes. A server has limits of its own. */
const MAX_DOCUMENTS = 10_000;
const MAX_MEGABYTES = 16;

/** SourceError says in the interface's language what is wrong with a source. */
export class SourceError extends Error {}

/**
 * parse reads documents from text: JSON (a list, or a request that has one, of this
 * API, LangChain or LlamaIndex), JSONL (one document on each line), separated values
 * with a first line of names, or else texts: with blank lines between, or where there
 * are none one on each line. apart says otherwise of texts. Throws a SourceError that
 * names the place.
 */
export function parse(source: string, apart?: "text" | "lines"): Parsed {
  if (source.length > MAX_MEGABYTES << 20) {
    throw new SourceError(m().editor.errors.large(decimal(source.length / (1 << 20), 1), whole(MAX_MEGABYTES)));
  }
  const parsed = read(source.replace(/^\uFEFF/, ""), apart);
  if (parsed.passages.length > MAX_DOCUMENTS) {
    throw new SourceError(m().editor.errors.many(whole(parsed.passages.length), whole(MAX_DOCUMENTS)));
  }
  return parsed;
}

function read(source: string, apart: "text" | "lines" | undefined): Parsed {
  switch (detect(source)) {
    case "json":
      return fromJSON(json(source, 1));
    case "jsonl":
      return fromJSONL(source);
    case "text": {
      const table = apart === undefined ? tableOf(source) : undefined;
      return table === undefined ? fromText(source, apart) : fromTable(table);
    }
  }
}

const BETWEEN = { text: /\n[^\S\n]*\r?\n/, lines: /\n/ };

/** fromText splits at blank lines; where there are none, a list is one document on each line. */
function fromText(source: string, apart: "text" | "lines" = BETWEEN.text.test(source.trim()) ? "text" : "lines"): Parsed {
  const passages = source.split(BETWEEN[apart]).map((text) => ({ text: text.trim() })).filter(({ text }) => text !== "");
  return { format: apart === "lines" && passages.length > 1 ? "lines" : "text", passages };
}

function fromTable({ columns, records, text }: Table): Parsed {
  const cell = (record: readonly string[], ...names: string[]) => record[columns.findIndex((name, i) => i !== text && names.includes(name.toLowerCase()))];
  const passages = records.map((record) => {
    const [id, title] = [cell(record, "id", "_id", "chunk_id"), cell(record, "title")];
    return { text: record[text] ?? "", ...(id && { id }), ...(title && { title }) };
  });
  return { format: "csv", column: columns[text] ?? "", passages: passages.filter(({ text }) => text.trim() !== "") };
}

/** detect goes by the beginning: a list is JSON, an object on the first line with another below it is JSONL. */
function detect(source: string): "text" | "json" | "jsonl" {
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
  return { format: formatOf(firstLine(source), "jsonl"), passages };
}

function fromJSON(value: unknown): Parsed {
  const list = listOf(value);
  if (list === undefined) {
    throw new SourceError(m().editor.errors.list);
  }
  const query = field(value, "query");
  return {
    format: formatOf(list[0], "json"),
    passages: list.map((item, i) => passage(item, m().editor.place.item(i + 1))),
    ...(typeof query === "string" && { query }),
  };
}

const LISTS = ["documents", "chunks", "texts", "source_nodes", "nodes", "context"];

/** formatOf says whose documents these are, by one of them. */
function formatOf(item: unknown, otherwise: "json" | "jsonl"): Format {
  const names = ["page_content", "pageContent"];
  if (names.some((name) => field(item, name) !== undefined || field(field(item, "kwargs"), name) !== undefined)) {
    return "langchain";
  }
  return field(item, "node") !== undefined || field(item, "id_") !== undefined ? "llamaindex" : otherwise;
}

function firstLine(source: string): unknown {
  return json(source.trim().split("\n")[0] ?? "", 1);
}

/** inner is the document itself: LangChain's dump wraps it in kwargs, LlamaIndex's score in a node. */
function inner(item: unknown): unknown {
  return field(item, "kwargs") ?? field(item, "node") ?? item;
}

/** textOf a document in any spelling. */
function textOf(item: unknown): unknown {
  const within = inner(item);
  return ["text", "page_content", "pageContent", "content"].map((name) => field(within, name)).find((text) => text !== undefined);
}

/** listOf finds the documents: the value itself, those of a request, or the value where it is one document. */
function listOf(value: unknown): readonly unknown[] | undefined {
  const list = [value, ...LISTS.map((name) => field(value, name))].find(Array.isArray);
  return list ?? (typeof textOf(value) === "string" ? [value] : undefined);
}

/** passage takes a text or an object with one; `_id` is the id in BEIR's files, `id_` in LlamaIndex's nodes. */
function passage(item: unknown, place: string): Passage {
  if (typeof item === "string") {
    return { text: item };
  }
  const [text, within, rank] = [textOf(item), inner(item), field(item, "rank")];
  const title = field(within, "title") ?? field(field(within, "metadata"), "title");
  const id = ["id", "_id", "id_"].map((name) => field(within, name)).find((id) => id !== undefined && id !== null);
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

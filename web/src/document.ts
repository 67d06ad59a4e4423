import { wrongType } from "./checks.js";
import { SplitrankError } from "./error.js";
import type { FrameDocument } from "./frame_request.js";
import type { Text } from "./text.js";

/** Document is one candidate: its text, or an object whose other keys are the caller's own. */
export type Document = string | DocumentObject;

/** DocumentObject is a candidate with more than a text. */
export interface DocumentObject {
  /** What is ranked. Bytes are taken for UTF-8 as they are. */
  readonly text: Text;
  /** Counts as the beginning of the text. */
  readonly title?: Text | undefined;
  /** The retriever's rank, 1 = best. Default: behind all that have one, in the order given. */
  readonly rank?: number | undefined;
}

/** plainDocuments are what ranking needs of documents. The rest stays with the caller: see RATIONALE: why-a-result-carries-the-callers-document. */
export function plainDocuments(documents: readonly Document[]): FrameDocument[] {
  if (!Array.isArray(documents)) {
    throw wrongType("documents", "an array");
  }
  return documents.map(plainDocument);
}

function plainDocument(d: Document, i: number): FrameDocument {
  if (typeof d === "string") {
    return { title: "", text: d, rank: 0 };
  }
  if (typeof d !== "object" || d === null) {
    throw wrongType(`documents[${i}]`, "a string or an object with text");
  }
  const { title = "", text, rank = 0 } = d;
  checkText(title, `documents[${i}].title`);
  checkText(text, `documents[${i}].text`);
  if (typeof rank !== "number") {
    throw wrongType(`documents[${i}].rank`, "a number");
  }
  return { title, text, rank };
}

/** checkText throws where value, which is called field, is no text. */
export function checkText(value: unknown, field: string): asserts value is Text {
  if (typeof value !== "string" && !(value instanceof Uint8Array)) {
    throw wrongType(field, "a string or a Uint8Array");
  }
}

/** checkSense refuses what a server refuses: nothing asked, or nothing to order. */
export function checkSense(query: Text, documents: readonly Document[]): void {
  checkText(query, "query");
  if (query.length === 0 || (typeof query === "string" && query.trim() === "")) {
    throw new SplitrankError("empty_query", "query", "absent or blank");
  }
  if (Array.isArray(documents) && documents.length === 0) {
    throw new SplitrankError("no_documents", "documents", "an empty list");
  }
}

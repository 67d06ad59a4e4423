/**
 * Ranking is the answer to one query, best first. Numbers are exact binary
 * fractions: multiply by 65536 for the integers that the scorer computed.
 */
export interface Ranking {
  /** Version of the formula and the stemmers built in. Equal scorers give equal scores. */
  scorer: string;
  /** Language of the query as an ISO 639-1 code, asked for or detected; "und" when none fits. */
  language: string;
  /** Whether a stemmer of that language was used. */
  stemmed: boolean;
  /** Trust put in the retriever's order, 0 to 1. */
  trust: number;
  items: Item[];
}

/** Item is one document's place. */
export interface Item {
  /** Position in the documents given. */
  index: number;
  /** 0 to 1. */
  score: number;
  /** Whether a trim keeps it; rank keeps all. */
  kept: boolean;
  /** Why it was kept or trimmed. */
  reason: string;
  /** With `explain`: parts whose contributions sum exactly to the score. */
  explanation: Part[];
  /** With `matches`: where query terms stand, ascending, not overlapping. */
  matches: Span[];
}

/** Part is one line of an explanation. */
export interface Part {
  signal: string;
  raw: number;
  weight: number;
  contribution: number;
}

/** Span is a range of bytes of a text's UTF-8 form. See `stringSpans` for JavaScript's own positions. */
export interface Span {
  start: number;
  end: number;
}

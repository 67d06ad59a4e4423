import type { Document } from "./document.js";
import type { Part, Span } from "./ranking.js";

/** Answer to one query, whoever gives it: `POST /rerank`'s, in JavaScript's spelling. */
export interface Answer<D extends Document = Document> {
  /** "final", or how far an answer is that comes before it: see `RerankOptions.onUpdate`. */
  readonly stage: "heuristic" | "partial" | "final";
  /** Best first. */
  readonly results: Result<D>[];
  /** Model that scored; "none" where none did. */
  readonly model: string;
  /** Version of the heuristics and the stemmers built in. Equal scorers give equal heuristic scores. */
  readonly scorer: string;
  /** Language of the query as an ISO 639-1 code; "und" when none fits. */
  readonly language: string;
  /** Whether a stemmer of that language took part. */
  readonly stemmed: boolean;
  /** Whether this is less than was asked for. */
  readonly degraded: boolean;
  /** Why: the server's reason ("deadline", "overload", ...), or the code of the error of a server that was away. */
  readonly reason?: string | undefined;
  /** What events about this answer refer to: see `sendEvents`. Left out where the server logs no queries. */
  readonly queryId?: string | undefined;
  readonly usage: Usage;
  readonly timingsMs: Timings;
}

/** Result is one document's place. */
export interface Result<D extends Document = Document> {
  /** Position in the documents given. */
  readonly index: number;
  /** Place in the answer, from 1. */
  readonly rank: number;
  /** The caller's own. */
  readonly document: D;
  /** 0 to 1; never rises down the list unless diversity is on. */
  readonly relevanceScore: number;
  /** Where relevanceScore comes from: "heuristic" or "cross-encoder". */
  readonly scoredBy: string;
  /** 0 to 1, an exact binary fraction. */
  readonly heuristicScore: number;
  /** The model's raw score, where it scored. */
  readonly logit?: number | undefined;
  /** Whether the model did not see all of the document. */
  readonly truncated?: boolean | undefined;
  /** With `explain`: the heuristic score taken apart. */
  readonly explanation?: Explanation | undefined;
  /** With `explain`: where query terms stand in the text, in bytes of UTF-8. See `stringSpans`. */
  readonly matches?: readonly Span[] | undefined;
}

/** Explanation of a heuristic score. */
export interface Explanation {
  /** Why the document was kept or trimmed; left out where nothing was trimmed. */
  readonly reason?: string | undefined;
  /** Their contributions sum exactly to the heuristic score. */
  readonly parts: readonly Part[];
}

/** Usage counts what an answer took. */
export interface Usage {
  readonly documents: number;
  /** Documents that ran through the model. */
  readonly scored: number;
  /** Documents whose model score was known. */
  readonly cached: number;
  /** Documents that the model was not asked about. */
  readonly trimmed: number;
  /** Tokens that ran through the model. */
  readonly tokens: number;
}

/** Timings in milliseconds. */
export interface Timings {
  readonly total: number;
  readonly heuristic: number;
  /** Wait for a free worker and for the model to begin. */
  readonly queue: number;
  readonly inference: number;
}

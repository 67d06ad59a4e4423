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
  /** Where relevanceScore comes from: "heuristic", or the kind of the model that read it last: "late-interaction", as the built-in one, "cross-encoder", or "llm". */
  readonly scoredBy: string;
  /** 0 to 1, an exact binary fraction. */
  readonly heuristicScore: number;
  /** The model's raw score, where it scored. */
  readonly logit?: number | undefined;
  /** Whether the model did not see all of the document. */
  readonly truncated?: boolean | undefined;
  /** Whether a large language model graded the document high against all evidence: its grade was bounded. */
  readonly suspicious?: boolean | undefined;
  /** With `explain`: the score taken apart. */
  readonly explanation?: Explanation | undefined;
  /** With `explain`: where query terms stand in the text, in bytes of UTF-8. See `stringSpans`. */
  readonly matches?: readonly Span[] | undefined;
}

/** Explanation of a score: the parts make the heuristic score, the blend the relevance score of what a model scored. */
export interface Explanation {
  /** Why the document was kept or trimmed; left out where nothing was trimmed. */
  readonly reason?: string | undefined;
  /** Their contributions sum exactly to the heuristic score. */
  readonly parts: readonly Part[];
  /** Where a model on the server scored the document. */
  readonly blend?: Blend | undefined;
  /** What a large language model said of the document. */
  readonly llm?: Grade | undefined;
}

/** Blend is a sum whose sigmoid is the relevance score, or above it where a neighbour bounds that: scores never rise down the list. */
export interface Blend {
  readonly terms: readonly Term[];
  readonly sum: number;
}

/** Term of a Blend: contribution = raw · weight. */
export interface Term {
  /** "logit", "heuristic", "first_stage", "rarity", "feedback" or "shift"; with a large language model "grade" or "cascade". */
  readonly term: string;
  readonly raw: number;
  readonly weight: number;
  readonly contribution: number;
}

/** Grade of a document by a large language model. */
export interface Grade {
  /** From 0, nothing to do with the query, to 10, a full answer. */
  readonly grade: number;
  /** A sentence of reason as the model wrote it: show it as text, never as markup. */
  readonly why?: string | undefined;
}

/** Usage counts what an answer took. */
export interface Usage {
  readonly documents: number;
  /** Documents with a model's score, however it came: cached, known and read add up to it. */
  readonly scored: number;
  /** Documents whose score was remembered. */
  readonly cached: number;
  /** Documents that the model had read before, so that they were only compared. */
  readonly known: number;
  /** Documents that a model read for this answer. */
  readonly read: number;
  /** Documents that the model was not asked about. */
  readonly trimmed: number;
  /** Tokens that ran through the model. */
  readonly tokens: number;
  /** What a large language model took, with pipeline "llm". */
  readonly llm?: LLMUsage | undefined;
}

/** LLMUsage counts what a large language model took, further tries included. */
export interface LLMUsage {
  readonly model: string;
  /** 0 where no call was needed. */
  readonly calls: number;
  /** Tokens read, without those from the provider's cache. */
  readonly input: number;
  readonly cached: number;
  /** Tokens written, thinking included. */
  readonly output: number;
  /** Dollars; left out where the model's price is not known. */
  readonly costUsd?: number | undefined;
  /** Day of the price list. */
  readonly pricesOf?: string | undefined;
}

/** Timings in milliseconds. */
export interface Timings {
  readonly total: number;
  readonly heuristic: number;
  /** Wait for a free worker and for the model to begin. */
  readonly queue: number;
  readonly inference: number;
  /** Parts of inference, where the model reads query and documents apart: 0 for others. */
  readonly query: number;
  readonly documents: number;
  readonly comparing: number;
}

import type { Answer } from "./answer.js";
import { among, callback, flag, instance, object, text, whole } from "./checks.js";
import type { Document } from "./document.js";
import type * as globals from "./globals.js";
import { orderChecks, type OrderOptions } from "./options.js";
import type { Text } from "./text.js";

/** Reranker is what everything here is: in this thread, in a worker, behind a network, or made of others. */
export interface Reranker {
  /**
   * rerank orders documents for a query, best first. It rejects with a
   * SplitrankError, or with the signal's reason once that is aborted.
   */
  rerank<D extends Document>(query: Text, documents: readonly D[], options?: RerankOptions<D>): Promise<Answer<D>>;
}

/** RerankOptions of one call: those of `POST /rerank`, and two of JavaScript's. */
export interface RerankOptions<D extends Document = Document> extends OrderOptions {
  /** Results wanted, at least 1. Default: all. */
  readonly topK?: number | undefined;
  /** Way to the answer. Default: the best that there is. */
  readonly pipeline?: "cascade" | "cross-encoder" | "heuristic" | "llm" | undefined;
  /** Bounds of the model's part. The heuristics have nothing to spend it on. */
  readonly budget?: ModelBudget | undefined;
  /** Whether a server may use and keep what its models say of the texts. Default true. */
  readonly cache?: boolean | undefined;
  /** Who asks, as the caller knows them: a visitor, a session. A server's experiments assign by it. */
  readonly clientId?: string | undefined;
  /** Prefers an error to a degraded answer. Default false. */
  readonly strict?: boolean | undefined;
  /** Model by its name. Default: the server's own choice. */
  readonly model?: string | undefined;
  /** In a cascade: the late-interaction model that chooses what the model reads, or "none". Default: the server's own choice. */
  readonly firstModel?: string | undefined;
  /** How a model reads what is too long for it. Default: the server's own choice. */
  readonly truncation?: Truncation | undefined;
  /** Options of pipeline "llm". Default: the server's own. */
  readonly llm?: LLMOptions | undefined;
  /** Ends the call. */
  readonly signal?: globals.AbortSignal | undefined;
  /**
   * Called with every order that is known on the way, each better than the one
   * before, the answer included. What it throws ends the call.
   */
  readonly onUpdate?: ((answer: Answer<D>) => void) | undefined;
}

/** ModelBudget bounds the model's part; the tightest bound counts. */
export interface ModelBudget {
  /** Documents to read at most; those that are known are scored besides. */
  readonly documents?: number | undefined;
  /** Tokens to run through the model at most. */
  readonly tokens?: number | undefined;
  /** Milliseconds for the server's whole answer, which is degraded rather than late. */
  readonly deadlineMs?: number | undefined;
}

/** LLMOptions of pipeline "llm", a large language model that grades the best of the cascade. */
export interface LLMOptions {
  /** Documents that are graded, at most 20. Default 10. */
  readonly topN?: number | undefined;
  /** How they are asked about. Default "batch". */
  readonly mode?: "batch" | "isolation" | "consistency" | "listwise" | "likelihood" | undefined;
  /** Orders of mode "consistency". Default 3. */
  readonly shuffles?: number | undefined;
  /** "unsure": only where the cascade's two best are close. Default "always". */
  readonly when?: "always" | "unsure" | undefined;
  /** Asks about documents that rise far again, with a question that they cannot answer. Default: in mode "isolation". */
  readonly verify?: boolean | undefined;
  /** No document gains more than two places by its grade, however good that is. Default: the server's. */
  readonly bounded?: boolean | undefined;
}

/** Truncation of what is longer than the model can read. */
export interface Truncation {
  /** Which of query and document gives way. Default "only_second": the document. "do_not_truncate" refuses what is too long. */
  readonly strategy?: "only_second" | "longest_first" | "do_not_truncate" | undefined;
  /** Longest query in tokens. Default: no bound of its own. */
  readonly maxQueryTokens?: number | undefined;
  /** Longest document in tokens. Default: no bound of its own. */
  readonly maxDocumentTokens?: number | undefined;
  /** Scores a long document part by part. Default: its beginning only. */
  readonly windows?: Windows | undefined;
}

/** Windows over a long document, in tokens. */
export interface Windows {
  /** Default: what fits beside the query. */
  readonly size?: number | undefined;
  /** Tokens that neighbours share. Default 0. */
  readonly stride?: number | undefined;
  /** Most windows of a document. Default 16. */
  readonly count?: number | undefined;
  /** Score of the document: its best window's, or the mean of the two best. Default "max". */
  readonly score?: "max" | "mean2" | undefined;
}

const check = object<RerankOptions>({
  ...orderChecks,
  topK: whole(1),
  pipeline: among("cascade", "cross-encoder", "heuristic", "llm"),
  budget: object<ModelBudget>({ documents: whole(1), tokens: whole(1), deadlineMs: whole(1) }),
  cache: flag,
  clientId: text,
  strict: flag,
  model: text,
  firstModel: text,
  truncation: object<Truncation>({
    strategy: among("only_second", "longest_first", "do_not_truncate"),
    maxQueryTokens: whole(1),
    maxDocumentTokens: whole(1),
    windows: object<Windows>({ size: whole(1), stride: whole(0), count: whole(1), score: among("max", "mean2") }),
  }),
  llm: object<LLMOptions>({
    topN: whole(1),
    mode: among("batch", "isolation", "consistency", "listwise", "likelihood"),
    shuffles: whole(1),
    when: among("always", "unsure"),
    verify: flag,
    bounded: flag,
  }),
  signal: instance("AbortSignal", (value) => value instanceof AbortSignal),
  onUpdate: callback,
});

/** checkOptions throws a SplitrankError that names the option that is wrong or unknown. */
export function checkOptions(options: RerankOptions<never>): void {
  check(options, "");
}

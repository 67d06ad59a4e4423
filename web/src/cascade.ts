import type { Answer } from "./answer.js";
import { callback, object, whole } from "./checks.js";
import type { Document } from "./document.js";
import type { SplitrankError } from "./error.js";
import { degraded, excused, inItsLanguage, simply } from "./fallback.js";
import type { Text } from "./frame_request.js";
import { joined } from "./join.js";
import type { Local } from "./local.js";
import { localAnswer } from "./local_answer.js";
import { checkOptions, type Reranker, type RerankOptions } from "./reranker.js";

/** CascadeOptions of cascade. */
export interface CascadeOptions {
  /**
   * Documents that are sent, at most: the best by the local order, among them
   * the retriever's own best. The others follow in the local order. Default:
   * all are sent, and the server chooses, which knows more.
   */
  readonly keep?: number | undefined;
  /** Told why one of the two could not answer, each time: the place for a log or a metric. */
  readonly onError?: ((error: SplitrankError) => void) | undefined;
}

const check = object<CascadeOptions>({ keep: whole(1), onError: callback });

/**
 * cascade shows the local order at once, by `onUpdate` or `watch`, while remote
 * works on a better one, and then that. Where remote is away, the last order
 * shown is the answer, `degraded`. A request that is wrong, strict or aborted
 * fails.
 */
export function cascade(local: Local, remote: Reranker, options: CascadeOptions = {}): Reranker {
  check(options, "");
  return new Cascade(local, remote, options);
}

/** Glance is what is known before remote is asked. */
interface Glance<D extends Document> {
  readonly answer: Answer<D>;
  /** What remote is asked about. */
  readonly documents: readonly D[];
  readonly options: RerankOptions<D>;
  /** Makes of remote's answer one about all documents. */
  readonly join: (answer: Answer<D>) => Answer<D>;
}

class Cascade implements Reranker {
  readonly #local: Local;
  readonly #remote: Reranker;
  readonly #options: CascadeOptions;

  constructor(local: Local, remote: Reranker, options: CascadeOptions) {
    this.#local = local;
    this.#remote = remote;
    this.#options = options;
  }

  async rerank<D extends Document>(query: Text, documents: readonly D[], options: RerankOptions<D> = {}): Promise<Answer<D>> {
    checkOptions(options);
    let glance: Glance<D>;
    try {
      glance = await this.#glance(query, documents, options);
    } catch (error) {
      this.#options.onError?.(excused(error, {}));
      return this.#remote.rerank(query, documents, options);
    }
    return this.#refine(query, glance, options);
  }

  async #glance<D extends Document>(query: Text, documents: readonly D[], options: RerankOptions<D>): Promise<Glance<D>> {
    const keep = Math.min(this.#options.keep ?? Infinity, options.budget?.documents ?? Infinity);
    if (this.#options.keep === undefined || keep >= documents.length) {
      return { answer: await simply(this.#local, query, documents, options), documents, options, join: (answer) => answer };
    }
    const came = performance.now();
    const { firstStage, diversity, explain, topK, signal } = options;
    const wanted = { firstStage, diversity, explain, matches: explain, budget: { documents: keep } };
    const ranking = await inItsLanguage(options.language, (language) => this.#local.trim(query, documents, { ...wanted, language }, signal));
    const all = localAnswer(ranking, documents, explain ?? false, performance.now() - came);
    const kept = ranking.items.filter((item) => item.kept).map(({ index }) => index).sort((a, b) => a - b);
    return {
      answer: { ...all, results: all.results.slice(0, topK) },
      documents: kept.map((index) => documents[index] as D),
      options: { ...options, explain: false, budget: options.pipeline === "cross-encoder" ? undefined : { ...options.budget, documents: keep } },
      join: (answer) => joined(all, kept, answer, topK),
    };
  }

  async #refine<D extends Document>(query: Text, glance: Glance<D>, { onUpdate, strict }: RerankOptions<D>): Promise<Answer<D>> {
    let last: Answer<D> = { ...glance.answer, stage: "heuristic" };
    const show = (answer: Answer<D>) => {
      last = answer;
      onUpdate?.(answer);
    };
    show(last);
    // Without somebody who watches, a plain answer is cheaper than events. The server's own first order is no news.
    const partial = (answer: Answer<D>) => answer.stage === "partial" && show(glance.join(answer));
    let answer: Answer<D>;
    try {
      answer = glance.join(await this.#remote.rerank(query, glance.documents, { ...glance.options, onUpdate: onUpdate && partial }));
    } catch (error) {
      const reason = excused(error, { strict });
      this.#options.onError?.(reason);
      answer = degraded(last, reason);
    }
    show(answer);
    return answer;
  }
}

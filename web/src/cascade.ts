import type { Answer, Result } from "./answer.js";
import { callback, object, whole as wholeNumber } from "./checks.js";
import type { Document } from "./document.js";
import type { SplitrankError } from "./error.js";
import { degraded, inItsLanguage, rankLocally, recoverable } from "./fallback.js";
import { join, type Plan } from "./join.js";
import type { Local } from "./local.js";
import { localAnswer } from "./local_answer.js";
import { checkOptions, type Reranker, type RerankOptions } from "./reranker.js";
import type { Text } from "./text.js";

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

const check = object<CascadeOptions>({ keep: wholeNumber(1), onError: callback });

/**
 * cascade shows the local order at once, by `onUpdate` or `watch`, while remote
 * works on a better one, and then that. Where remote is away, the last order
 * shown is the answer, `degraded`. A request that is wrong, strict or aborted
 * fails.
 * See RATIONALE: why-the-browsers-cascade-sends-everything.
 */
export function cascade(local: Local, remote: Reranker, options: CascadeOptions = {}): Reranker {
  check(options, "");
  return {
    async rerank<D extends Document>(query: Text, documents: readonly D[], asked: RerankOptions<D> = {}): Promise<Answer<D>> {
      checkOptions(asked);
      let question: Question<D>;
      try {
        question = await ask(local, options.keep, query, documents, asked);
      } catch (error) {
        options.onError?.(recoverable(error, {}));
        return remote.rerank(query, documents, asked);
      }
      return refine(remote, options, query, question, asked);
    },
  };
}

/** Question is what remote is asked, and what is known before. */
interface Question<D extends Document> {
  /** The local answer. */
  readonly first: Answer<D>;
  readonly documents: readonly D[];
  readonly options: RerankOptions<D>;
  /** Makes of remote's answer one about all documents. */
  readonly whole: (answer: Answer<D>) => Answer<D>;
}

async function ask<D extends Document>(
  local: Local, most: number | undefined, query: Text, documents: readonly D[], options: RerankOptions<D>,
): Promise<Question<D>> {
  const keep = Math.min(most ?? Infinity, options.budget?.documents ?? Infinity);
  if (most === undefined || keep >= documents.length) {
    return { first: await rankLocally(local, query, documents, options), documents, options, whole: (answer) => answer };
  }
  const plan = await planned(local, keep, query, documents, options);
  const { topK, ...others } = options;
  return {
    first: { ...plan.answer, results: plan.answer.results.slice(0, topK) },
    documents: plan.kept.map((index) => documents[index] as D),
    options: { ...others, explain: false, budget: { ...options.budget, documents: options.pipeline === "cross-encoder" ? undefined : keep } },
    whole: (answer) => join(plan, answer, topK),
  };
}

async function planned<D extends Document>(
  local: Local, keep: number, query: Text, documents: readonly D[], { language, firstStage, diversity, typing, explain = false, signal }: RerankOptions<D>,
): Promise<Plan<D>> {
  const came = performance.now();
  const wanted = { firstStage, diversity, typing, explain, matches: explain, budget: { documents: keep } };
  const ranking = await inItsLanguage(language, (known) => local.trim(query, documents, { ...wanted, language: known }, signal));
  const answer = localAnswer(ranking, documents, explain, performance.now() - came);
  return {
    answer,
    results: byScore(answer.results),
    kept: ranking.items.filter((item) => item.kept).map(({ index }) => index).sort((a, b) => a - b),
  };
}

/** byScore undoes diversity: ties stand by the first stage's rank, then by position, as the heuristics have it. */
function byScore<D extends Document>(results: readonly Result<D>[]): Result<D>[] {
  const rank = ({ document }: Result<D>) => (typeof document === "object" && document.rank) || Infinity;
  return [...results].sort((a, b) => b.heuristicScore - a.heuristicScore || compare(rank(a), rank(b)) || a.index - b.index);
}

/** compare two numbers, of which both may be infinite. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

async function refine<D extends Document>(
  remote: Reranker, { onError }: CascadeOptions, query: Text, { first, documents, options, whole }: Question<D>, { onUpdate, strict }: RerankOptions<D>,
): Promise<Answer<D>> {
  let last = first;
  const show = (answer: Answer<D>) => {
    last = answer;
    onUpdate?.(answer);
    return answer;
  };
  show({ ...first, stage: "heuristic" });
  // Without somebody who watches, a plain answer is cheaper than events. The server's own first order is no news.
  const partial = (answer: Answer<D>) => answer.stage === "partial" && show(whole(answer));
  let answer: Answer<D>;
  try {
    answer = whole(await remote.rerank(query, documents, { ...options, onUpdate: onUpdate && partial }));
  } catch (error) {
    const reason = recoverable(error, { strict });
    onError?.(reason);
    answer = degraded(last, reason);
  }
  return show(answer);
}

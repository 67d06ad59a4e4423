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
  return {
    async rerank<D extends Document>(query: Text, documents: readonly D[], asked: RerankOptions<D> = {}): Promise<Answer<D>> {
      checkOptions(asked);
      let seen: Glance<D>;
      try {
        seen = await glance(local, options.keep, query, documents, asked);
      } catch (error) {
        options.onError?.(excused(error, {}));
        return remote.rerank(query, documents, asked);
      }
      return refine(remote, options, query, seen, asked);
    },
  };
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

async function glance<D extends Document>(
  local: Local, most: number | undefined, query: Text, documents: readonly D[], options: RerankOptions<D>,
): Promise<Glance<D>> {
  const { firstStage, diversity, typing, explain = false, topK, signal, budget } = options;
  const keep = Math.min(most ?? Infinity, budget?.documents ?? Infinity);
  if (most === undefined || keep >= documents.length) {
    return { answer: await simply(local, query, documents, options), documents, options, join: (answer) => answer };
  }
  const came = performance.now();
  const wanted = { firstStage, diversity, typing, explain, matches: explain, budget: { documents: keep } };
  const ranking = await inItsLanguage(options.language, (language) => local.trim(query, documents, { ...wanted, language }, signal));
  const all = localAnswer(ranking, documents, explain, performance.now() - came);
  const kept = ranking.items.filter((item) => item.kept).map(({ index }) => index).sort((a, b) => a - b);
  return {
    answer: { ...all, results: all.results.slice(0, topK) },
    documents: kept.map((index) => documents[index] as D),
    options: { ...options, explain: false, budget: options.pipeline === "cross-encoder" ? undefined : { ...budget, documents: keep } },
    join: (answer) => joined(all, kept, answer, topK),
  };
}

async function refine<D extends Document>(
  remote: Reranker, { onError }: CascadeOptions, query: Text, { answer: first, documents, options, join }: Glance<D>, { onUpdate, strict }: RerankOptions<D>,
): Promise<Answer<D>> {
  let last = first;
  const show = (answer: Answer<D>) => {
    last = answer;
    onUpdate?.(answer);
    return answer;
  };
  show({ ...first, stage: "heuristic" });
  // Without somebody who watches, a plain answer is cheaper than events. The server's own first order is no news.
  const partial = (answer: Answer<D>) => answer.stage === "partial" && show(join(answer));
  let answer: Answer<D>;
  try {
    answer = join(await remote.rerank(query, documents, { ...options, onUpdate: onUpdate && partial }));
  } catch (error) {
    const reason = excused(error, { strict });
    onError?.(reason);
    answer = degraded(last, reason);
  }
  return show(answer);
}

import type { Answer } from "./answer.js";
import { callback, object } from "./checks.js";
import type { Document } from "./document.js";
import { isAway, SplitrankError } from "./error.js";
import type { Reranker, RerankOptions } from "./reranker.js";
import type { Text } from "./text.js";

/** FallbackOptions of withFallback. */
export interface FallbackOptions {
  /** Told why remote could not answer, each time: the place for a log or a metric. */
  readonly onError?: ((error: SplitrankError) => void) | undefined;
}

const check = object<FallbackOptions>({ onError: callback });

/**
 * withFallback asks remote, and local where remote is away: unreachable, late,
 * full, failing. That answer is `degraded`, and its reason is the code of the
 * error. A request that is wrong, strict or aborted fails as it would without.
 */
export function withFallback(remote: Reranker, local: Reranker, options: FallbackOptions = {}): Reranker {
  check(options, "");
  return {
    async rerank<D extends Document>(query: Text, documents: readonly D[], asked: RerankOptions<D> = {}): Promise<Answer<D>> {
      try {
        return await remote.rerank(query, documents, asked);
      } catch (error) {
        const reason = recoverable(error, asked);
        options.onError?.(reason);
        const answer = degraded(await rankLocally(local, query, documents, asked), reason);
        asked.onUpdate?.(answer);
        return answer;
      }
    },
  };
}

/** recoverable is error where another answer may stand in for the one that is missing, and throws it otherwise. */
export function recoverable(error: unknown, { strict = false }: RerankOptions<never>): SplitrankError {
  if (strict || !isAway(error)) {
    throw error;
  }
  return error;
}

/** rankLocally asks local for what it can do: without a model, and without telling of its answer. */
export function rankLocally<D extends Document>(local: Reranker, query: Text, documents: readonly D[], options: RerankOptions<D>): Promise<Answer<D>> {
  const { pipeline: _, model: __, onUpdate: ___, ...rest } = options;
  return inItsLanguage(options.language, (language) => local.rerank(query, documents, { ...rest, language }));
}

/** inItsLanguage calls with language, and without where only a server has it built in. See RATIONALE: why-an-unknown-language-falls-back-to-none. */
export async function inItsLanguage<T>(language: string | undefined, call: (language: string | undefined) => Promise<T>): Promise<T> {
  try {
    return await call(language);
  } catch (error) {
    if (language === undefined || !(error instanceof SplitrankError && error.code === "unknown_language")) {
      throw error;
    }
    return call(undefined);
  }
}

/** degraded is the last word, though less than was asked for because of error. */
export function degraded<D extends Document>(answer: Answer<D>, error: SplitrankError): Answer<D> {
  return { ...answer, stage: "final", degraded: true, reason: error.code };
}

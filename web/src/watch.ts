import { onAbort } from "./abort.js";
import type { Answer } from "./answer.js";
import type { Document } from "./document.js";
import type { Reranker, RerankOptions } from "./reranker.js";
import type { Text } from "./text.js";

/**
 * watch makes of a call with `onUpdate` something to iterate: every order on
 * the way and the answer, which is `final`, at the end. Who reads slowly misses
 * orders on the way. Leaving the loop ends the call.
 */
export async function* watch<D extends Document>(
  reranker: Reranker,
  query: Text,
  documents: readonly D[],
  options: RerankOptions<D> = {},
): AsyncGenerator<Answer<D>, void, undefined> {
  const leaving = new AbortController();
  const stop = onAbort(options.signal, (reason) => leaving.abort(reason));
  const news = new News<Answer<D>>();
  const onUpdate = (answer: Answer<D>) => {
    options.onUpdate?.(answer);
    if (answer.stage !== "final") {
      news.put(answer);
    }
  };
  try {
    const answer = reranker.rerank(query, documents, { ...options, signal: leaving.signal, onUpdate });
    answer.then(() => news.end(), () => news.end());
    for (let next = await news.take(); next !== undefined; next = await news.take()) {
      yield next;
    }
    yield await answer;
  } finally {
    stop();
    leaving.abort();
  }
}

/** News holds the latest of what was put until it is taken. */
class News<T> {
  #latest: T | undefined;
  #over = false;
  #wake = () => {};

  put(latest: T): void {
    this.#latest = latest;
    this.#wake();
  }

  end(): void {
    this.#over = true;
    this.#wake();
  }

  /** take waits for news; undefined once there will be none. */
  async take(): Promise<T | undefined> {
    if (this.#latest === undefined && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#latest;
    this.#latest = undefined;
    return taken;
  }
}

import { pause, within } from "./abort.js";
import type { Answer, Result } from "./answer.js";
import type { Document } from "./document.js";
import { SplitrankError } from "./error.js";
import { readEvents, type ServerEvent } from "./events.js";
import type * as globals from "./globals.js";
import type { Reranker, RerankOptions } from "./reranker.js";
import { checkRemote, responseError, sender, TIMEOUT } from "./sender.js";
import type { Text } from "./text.js";
import { answerOf, badAnswer, errorOf, parsed, reached, requestBody, type Asked } from "./wire.js";

/** RemoteOptions of createRemote. */
export interface RemoteOptions {
  /**
   * Where the server is: requests go to `/rerank` below it, whether or not that
   * is written. A query string goes along. In a page it may be relative to it.
   */
  readonly url: string | globals.URL;
  /** Sent as `Authorization: Bearer`. Default: none. */
  readonly key?: string | undefined;
  /** Milliseconds for a whole call, further tries included. Default 10,000. */
  readonly timeout?: number | undefined;
  /**
   * How often to try again after an answer that says when (`Retry-After`: the
   * server is full or stops), as far as `timeout` allows. Default 0: whoever
   * waits for an order has `withFallback` sooner.
   */
  readonly retries?: number | undefined;
  /** What sends requests, such as a service binding's fetch. Default: the global one. */
  readonly fetch?: globals.Fetch | undefined;
}

/** createRemote is a splitrank server as a Reranker. It connects only when it is asked something. */
export function createRemote(options: RemoteOptions): Reranker {
  checkRemote(options, "");
  const { timeout = TIMEOUT, retries = 0 } = options; // see RATIONALE: why-the-client-does-not-retry
  const send = sender(options);
  return {
    async rerank<D extends Document>(query: Text, documents: readonly D[], asked: RerankOptions<D> = {}): Promise<Answer<D>> {
      const body = requestBody(query, documents, asked);
      const end = performance.now() + timeout;
      return within(timeout, asked.signal, async (signal) => {
        const show = asked.onUpdate && shown(asked.onUpdate, signal);
        for (let left = retries; ; left--) {
          try {
            return await answered(await send(body, show !== undefined, signal), { documents, options: asked }, show);
          } catch (error) {
            await again(error, left, end, signal);
          }
        }
      });
    },
  };
}

/** shown is onUpdate until the call is over for its caller, who may have another answer by then. */
function shown<D extends Document>(onUpdate: (answer: Answer<D>) => void, signal: AbortSignal): (answer: Answer<D>) => void {
  return (answer) => {
    signal.throwIfAborted();
    onUpdate(answer);
  };
}

/** answered reads a response: the answer, or events on the way to it. */
async function answered<D extends Document>(response: Response, asked: Asked<D>, onUpdate: RerankOptions<D>["onUpdate"]): Promise<Answer<D>> {
  if (response.body !== null && response.headers.get("content-type")?.startsWith("text/event-stream")) {
    return lastOf(readEvents(response.body), asked, onUpdate);
  }
  const json = await reached(response.text());
  if (!response.ok) {
    throw responseError(response, json);
  }
  const answer = answerOf(parsed(json), asked, "final");
  onUpdate?.(answer);
  return answer;
}

/** again waits as long as error says, or throws it where no further try could end well. */
async function again(error: unknown, left: number, end: number, signal: AbortSignal): Promise<void> {
  const wait = 1000 * ((error instanceof SplitrankError ? error.retryAfter : undefined) ?? Infinity);
  if (left <= 0 || performance.now() + wait >= end) {
    throw error;
  }
  await pause(wait, signal);
}

/** explained gives the results of a partial answer what an earlier event said of their documents, and it does not repeat. */
function explained<D extends Document>(answer: Answer<D>, before: Map<number, Result<D>>): Answer<D> {
  const results = answer.results.map((result) => {
    const { explanation, matches } = result.explanation ? result : (before.get(result.index) ?? result);
    return { ...result, explanation, matches };
  });
  return { ...answer, results };
}

/** lastOf shows what the events bring and returns the answer at their end. */
async function lastOf<D extends Document>(events: AsyncIterable<ServerEvent>, asked: Asked<D>, onUpdate: RerankOptions<D>["onUpdate"]): Promise<Answer<D>> {
  let before = new Map<number, Result<D>>();
  for await (const { name, data } of events) {
    if (name === "error") {
      throw errorOf(data);
    }
    if (name === "heuristic" || name === "partial" || name === "final") {
      const said = answerOf(parsed(data), asked, name);
      const answer = asked.options.explain ? explained(said, before) : said;
      onUpdate?.(answer);
      if (name === "final") {
        return answer;
      }
      before = new Map(answer.results.map((result) => [result.index, result]));
    }
  }
  throw badAnswer("the events ended before the answer");
}

import { within } from "./abort.js";
import { object, text, whole, wrongType } from "./checks.js";
import type { RemoteOptions } from "./remote.js";
import { checkRemote, responseError, sender, TIMEOUT } from "./sender.js";
import { badAnswer, parsed, reached } from "./wire.js";

/** AnswerEvent is something that somebody did with an answer. */
export interface AnswerEvent {
  /** `Answer.queryId`. */
  readonly queryId: string;
  /** "click", "view", "add_to_cart", "purchase", or a name of your own. */
  readonly action: string;
  /** Which document: `Result.index`. This package sends documents without their ids. */
  readonly index?: number | undefined;
  /** `Result.rank`. */
  readonly rank?: number | undefined;
  /** `RerankOptions.clientId` of the answer. */
  readonly clientId?: string | undefined;
  /** A visit. */
  readonly sessionId?: string | undefined;
}

/** EventsTaken says what became of events: unknown ones are of no answer of this server's, late ones of one that is too old. */
export interface EventsTaken {
  readonly accepted: number;
  readonly unknown: number;
  readonly late: number;
}

const check = object<AnswerEvent>({ queryId: text, action: text, index: whole(0), rank: whole(1), clientId: text, sessionId: text });

/**
 * sendEvents tells a server that logs queries what was done with its answers, 1 to
 * 100 events at a time. The request outlives the page, so that a click may follow
 * its link. `retries` are not used: what is sent twice counts once, so try again as
 * you like.
 */
export async function sendEvents(options: RemoteOptions, events: readonly AnswerEvent[]): Promise<EventsTaken> {
  checkRemote(options, "");
  const { timeout = TIMEOUT, fetch: given } = options;
  // The path beside /rerank, by a request that outlives its page.
  const beside: typeof fetch = (address, init) => (given ?? fetch)(String(address).replace(/\/rerank(?=\?|$)/, "/events"), { ...init, keepalive: true });
  const send = sender({ ...options, fetch: beside });
  const body = JSON.stringify(events.map(record));
  return within(timeout, undefined, async (signal) => {
    const response = await send(body, false, signal);
    const json = await reached(response.text());
    if (!response.ok) {
      throw responseError(response, json);
    }
    const taken = parsed(json) as EventsTaken;
    if (typeof taken?.accepted !== "number") {
      throw badAnswer("not an answer to events");
    }
    return taken;
  });
}

/** record of User Behavior Insights. */
function record(event: AnswerEvent, i: number): object {
  const field = `events[${i}]`;
  check(event, field);
  const { queryId, action, index, rank, clientId, sessionId } = event;
  if (queryId === undefined || action === undefined) {
    throw wrongType(`${field}.${queryId === undefined ? "queryId" : "action"}`, "given");
  }
  return {
    action_name: action, query_id: queryId, client_id: clientId, session_id: sessionId, timestamp: new Date().toISOString(),
    event_attributes: { object: index === undefined ? undefined : { object_id: String(index) }, position: rank === undefined ? undefined : { ordinal: rank } },
  };
}
